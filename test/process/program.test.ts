// The built program without a terminal: what it prints where, and with which exit code it ends.
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { skip } from '../helpers/bpf.ts'
import { PROGRAM, startProbetop } from '../helpers/pty.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const probetop = (args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) =>
  execa(process.execPath, [PROGRAM, ...args], {
    reject: false,
    stripFinalNewline: false,
    timeout: 20_000,
    stdin: 'ignore',
    ...options,
  })

test.serial('--help and --version', async (t) => {
  const help = await probetop(['--help'])
  t.is(help.exitCode, 0)
  t.regex(help.stdout, /^Usage: probetop \[options\] \[interval\] \[count\]/)
  const version = await probetop(['--version'])
  t.is(version.exitCode, 0)
  t.regex(version.stdout, /^probetop \d+\.\d+\.\d+\nnode v\d+\S+\nkernel \S+ \S+ \S+\nbpftrace .+\n$/)
  t.is(help.stderr + version.stderr, '')
})

const mistake = test.macro(async (t, args: string[], code: number, line: RegExp) => {
  const { exitCode, stdout, stderr } = await probetop(args, { cwd: temporaryFolder(t) })
  t.is(exitCode, code)
  t.is(stdout, '')
  t.regex(stderr, /^probetop: [^\n]+\n$/)
  t.regex(stderr, line)
})

const noProcess = Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8')) - 1
test.serial('unknown option', mistake, ['--delya', '1'], 2, /did you mean/)
test.serial(
  'no such process',
  mistake,
  ['-p', String(Math.min(noProcess, 4_194_302))],
  2,
  /no process \d+: -p wants PIDs of running processes, such as -p \d+/,
)
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

test.serial('no such recording', mistake, ['-r', 'nowhere'], 5, /cannot replay nowhere: no such file/)
test.serial('not a recording', mistake, ['-r', PROGRAM], 5, /it does not begin like a recording/)

test.serial('a PID in a PID namespace of its own would be another process to the kernel', async (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'not root')
  const { exitCode, stderr } = await execa(
    'unshare',
    ['--pid', '--fork', '--mount-proc', process.execPath, PROGRAM, '-p', '1', '-b', '-n', '1'],
    { reject: false, stdin: 'ignore' },
  )
  t.is(exitCode, 2)
  t.regex(stderr, /^probetop: -p 1: .*PID namespace.*--pid=host/)
})

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

test.serial('started by sudo, a recording is read with the rights of the user alone', async (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'not root')
  const path = fakeRecording(temporaryFolder(t), { ticks: 2 })
  chmodSync(path, 0o600)
  const env = { SUDO_USER: 'nobody', SUDO_UID: '65534', SUDO_GID: '65534' }
  t.is((await probetop(['-r', path])).exitCode, 0)
  const { exitCode, stderr } = await probetop(['-r', path], { env })
  t.is(exitCode, 5)
  t.regex(stderr, /no permission to read it/)
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

test.serial('a new file for the output, never an old one', async (t) => {
  const folder = temporaryFolder(t)
  const path = fakeRecording(folder, { ticks: 2 })
  const out = join(folder, 'out.txt')
  t.is((await probetop(['-r', path, '-o', out])).exitCode, 0)
  t.is(readFileSync(out, 'utf8').match(/^# /gm)?.length, 2)
  t.is(statSync(out).mode & 0o777, 0o600)
  const again = await probetop(['-r', path, '-o', out])
  t.is(again.exitCode, 1)
  t.is(again.stderr, `probetop: ${out} exists already and is not overwritten\n`)
  const nowhere = await probetop(['-r', path, '-o', join(folder, 'no/out.txt')])
  t.is(nowhere.exitCode, 1)
  t.regex(nowhere.stderr, /^probetop: cannot write .*ENOENT\n$/)
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

test.serial('a full disk while writing: exit code 1 and why', async (t) => {
  if (!existsSync('/dev/full')) return skip(t, 'no /dev/full here')
  const path = fakeRecording(temporaryFolder(t), { ticks: 30 })
  const { exitCode, stderr } = await execa(
    'bash',
    ['-c', '"$0" "$1" -b -r "$2" > /dev/full', process.execPath, PROGRAM, path],
    { reject: false },
  )
  t.is(exitCode, 1)
  t.regex(stderr, /^probetop: cannot write: .*ENOSPC/)
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
