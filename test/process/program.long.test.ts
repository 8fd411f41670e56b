// The built program without a terminal, further: every mistake in what it is given, and recordings as text.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { skip } from '../helpers/bpf.ts'
import { PROGRAM, startProbetop } from '../helpers/pty.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { probetop, mistake } from './running.ts'

test.serial('no such theme', mistake, ['--theme', 'drak', '-b'], 2, /no theme "drak", did you mean dark\?/)
test.serial('no such configuration', mistake, ['--config', 'nowhere', '-b'], 2, /--config nowhere: no such file$/m)
test.serial(
  'nor to be printed',
  mistake,
  ['--config', 'nowhere', '--print-config'],
  2,
  /--config nowhere: no such file$/m,
)

test.serial('--print-config says what is wrong in the file, beside what holds of it', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'own.toml'), 'theme = "drak"\ninterval = = 3\nmax-overhead = 2\n')
  const { exitCode, stdout, stderr } = await probetop(['--config', 'own.toml', '--print-config'], { cwd: folder })
  t.is(exitCode, 0)
  t.regex(stdout, /^max-overhead = 2$/m)
  t.regex(stderr, /^probetop: own.toml line 1: theme: no theme "drak", did you mean dark\?$/m)
  t.regex(stderr, /^probetop: own.toml line 2: invalid value$/m)
})
test.serial('not a recording', mistake, ['-r', PROGRAM], 5, /it does not begin like a recording/)

test.serial('a name that nothing has is said, and what may be meant', async (t) => {
  const { stderr } = await probetop(['--comm', 'probetop-nosuch', '-b', '0.1', '1'])
  if (/cannot probe/.test(stderr)) return skip(t, 'nothing can be probed here')
  t.regex(stderr, /no process is called probetop-nosuch now, waiting for one/)
})

test.serial('a thread is no process', async (t) => {
  const thread = readdirSync('/proc/self/task').find((tid) => tid !== String(process.pid))
  const { exitCode, stderr } = await probetop(['-p', thread!])
  t.is(exitCode, 2)
  t.is(stderr, `probetop: ${thread} is a thread of process ${process.pid}: -p ${process.pid}\n`)
})

test.serial('a recording without a terminal is text, as fast as it can be read', async (t) => {
  const folder = temporaryFolder(t)
  const path = fakeRecording(folder, { ticks: 30 }, 'x.ndjson.gz')
  const { exitCode, stdout, stderr } = await probetop(['-r', path])
  t.is(exitCode, 0)
  t.is(stderr, '')
  t.is(stdout.match(/^# 2026-/gm)?.length, 30)
  const json = await probetop(['-r', path, '--json', '-n', '3'])
  t.is(
    json.stdout
      .trim()
      .split('\n')
      .filter((line) => JSON.parse(line).type === 'sample').length,
    12,
  )
})

test.serial('TERM=dumb is text, too, on a terminal', async (t) => {
  const path = fakeRecording(temporaryFolder(t), { ticks: 2 })
  const pty = startProbetop(['-r', path], { env: { TERM: 'dumb' } })
  t.teardown(pty.close)
  t.is(await pty.exited, 0)
  t.regex(pty.bytes(), /^# 2026-[^]*run queue:/)
  t.false(pty.bytes().includes('\x1b'))
})

test.serial('a reader that has had enough is no failure', async (t) => {
  const path = fakeRecording(temporaryFolder(t), { ticks: 300 })
  const { stdout, stderr } = await execa('bash', [
    '-c',
    '"$0" "$1" --json -r "$2" | head -n 1; echo "codes ${PIPESTATUS[*]}"',
    process.execPath,
    PROGRAM,
    path,
  ])
  t.regex(stdout, /^\{"type":"hello".*\ncodes 0 0$/)
  t.is(stderr, '')
})

test.serial('the file to record to exists: told before anything runs', async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'mine')
  writeFileSync(path, 'mine')
  const { exitCode, stderr } = await probetop(['-w', path, '-b', '-n', '1'])
  t.true(exitCode === 1 || exitCode === 4)
  if (exitCode === 1) t.is(stderr, `probetop: ${path} exists already and is not overwritten\n`)
  t.is(readFileSync(path, 'utf8'), 'mine')
})
