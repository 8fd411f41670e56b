// The built program without a terminal: what it prints where, and with which exit code it ends.
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { skip } from '../helpers/bpf.ts'
import { PROGRAM } from '../helpers/pty.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { probetop, mistake } from './running.ts'

test.serial('--help and --version', async (t) => {
  const help = await probetop(['--help'])
  t.is(help.exitCode, 0)
  t.regex(help.stdout, /^Usage: probetop \[options\] \[interval\] \[count\]/)
  const version = await probetop(['--version'])
  t.is(version.exitCode, 0)
  t.regex(version.stdout, /^probetop \d+\.\d+\.\d+\nnode v\d+\S+\nkernel \S+ \S+ \S+\nbpftrace .+\n$/)
  t.is(help.stderr + version.stderr, '')
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

test.serial('no such recording', mistake, ['-r', 'nowhere'], 5, /cannot replay nowhere: no such file/)

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
