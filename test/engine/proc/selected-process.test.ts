// Facts of a process: of a made-up /proc, and of real ones.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { processReader, readProcess } from '../../../src/engine/proc/selected-process.ts'
import { commandTest, skip } from '../../helpers/bpf.ts'
import { isAlive, until } from '../../helpers/programs.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { compat, compiled } from '../../helpers/workload.ts'

const NOW_MS = 1_000_000

test('everything a process says of itself, hostile names included', (t) => {
  const proc = temporaryFolder(t)
  const folder = (pid: number, comm: string, parent: number): string => {
    const path = join(proc, String(pid))
    mkdirSync(join(path, 'task', String(pid)), { recursive: true })
    mkdirSync(join(path, 'fd'))
    const fields = ['S', parent, ...Array(9).fill(0), 150, 50, ...Array(6).fill(0), 2000]
    writeFileSync(join(path, 'stat'), `${pid} (${comm}) ${fields.join(' ')} 0 0\n`)
    writeFileSync(join(path, 'status'), 'Name:\tx\nUid:\t33\t33\t33\t33\nVmRSS:\t    2048 kB\nThreads:\t7\n')
    writeFileSync(join(path, 'cgroup'), '9:name=systemd:/x\n4:cpu:/x\n3:pids:/\n0::/system.slice/a b.service\n')
    writeFileSync(join(path, 'cmdline'), '/bin/x\0--flag\0a b\0\0last\0')
    return path
  }
  folder(1, 'init', 0)
  folder(7, 'sh', 1)
  const own = folder(42, 'a) b (', 7)
  writeFileSync(join(proc, 'uptime'), '120.00 1\n')
  writeFileSync(join(own, 'task', '42', 'syscall'), process.arch === 'x64' ? '74 0x3 0 0\n' : '82 0x3 0 0\n')
  symlinkSync('/data/file (deleted)', join(own, 'fd', '3'))
  const passwd = join(proc, 'passwd')
  writeFileSync(passwd, 'root:x:0:0\nwww-data:x:33:33\n')
  t.deepEqual(readProcess(42, NOW_MS, { proc, passwd }), {
    pid: 42,
    comm: 'a) b (',
    args: ['/bin/x', '--flag', 'a b', '', 'last'],
    parents: [
      { pid: 7, comm: 'sh' },
      { pid: 1, comm: 'init' },
    ],
    uid: 33,
    user: 'www-data',
    cgroup: '/system.slice/a b.service',
    otherGroups: [{ of: 'name=systemd,cpu', cgroup: '/x' }],
    startMs: NOW_MS - 100_000,
    startedMs: 20_000,
    threads: 7,
    rssBytes: 2048 * 1024,
    cpuMs: 2000,
    files: [{ tid: 42, call: 'fsync', fd: 3, file: '/data/file (deleted)' }],
  })
  t.is(readProcess(43, NOW_MS, { proc, passwd }), undefined)
})

test('a real process: its user, its start, and the file it reads', async (t) => {
  const startedMs = Date.now()
  const child = spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] })
  t.teardown(() => child.kill())
  await new Promise((resolve) => setTimeout(resolve, 200))
  const facts = readProcess(child.pid!, Date.now())!
  t.like(facts, { comm: 'cat', args: ['cat'], uid: process.getuid!(), user: userInfo().username, threads: 1 })
  t.is(facts.parents[0]!.pid, process.pid)
  t.true(Math.abs(facts.startMs - startedMs) < 1000)
  t.true(facts.rssBytes > 100_000)
  if (facts.files.length === 0) return void t.log('skipped: what a thread is in may not be read here')
  t.like(facts.files[0], { tid: child.pid!, call: 'read', fd: 0 })
  t.regex(facts.files[0]!.file, /^(socket|pipe):/)
})

/** The facts of a program once it is that, not what starts it, and in a call on a file. */
const factsOf = async (t: ExecutionContext, program: string, ...words: string[]) => {
  const child = spawn(program, words, { stdio: ['pipe', 'ignore', 'ignore'] })
  t.teardown(() => child.kill('SIGKILL'))
  let facts = readProcess(child.pid!, Date.now())!
  await until(() => {
    facts = readProcess(child.pid!, Date.now())!
    return facts.args[0] === program && facts.files.length > 0
  })
  return facts
}

commandTest('a process whose first thread has ended is as alive as its others', ['clang'], async (t) => {
  const program = compiled('main-ended', 'test/engine/native/fixtures')
  const { pid } = await factsOf(t, program, '', 'a b')
  await until(() => !isAlive(pid))
  const facts = readProcess(pid, Date.now())!
  t.is(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), '', 'this kernel does not ask the first thread')
  t.deepEqual(facts.args, [program, '', 'a b'])
  t.true(facts.rssBytes > 32e6 && facts.rssBytes < 64e6, `${facts.rssBytes}`)
  t.is(facts.comm, 'main-ended')
  t.like(facts.files[0], { call: 'read', fd: 0 })
  t.not(facts.files[0]!.tid, pid)
})

test('a process that has ended, and whose parent has not asked how, keeps command line and group', async (t) => {
  const parent = spawn('sh', ['-c', 'sleep 100 & echo $!; exec cat'], { stdio: ['pipe', 'pipe', 'ignore'] })
  t.teardown(() => parent.kill('SIGKILL'))
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
  const read = processReader()
  let before = read(pid, Date.now())!
  await until(() => (before = read(pid, Date.now())!).args[0] === 'sleep')
  process.kill(pid, 'SIGKILL')
  await until(() => readProcess(pid, Date.now())?.args.length === 0)
  const after = read(pid, Date.now())!
  t.deepEqual(after.args, ['sleep', '100'])
  t.is(after.cgroup, before.cgroup)
  t.is(after.rssBytes, 0)
  t.deepEqual(processReader()(pid, Date.now())!.args, [], 'who never saw it alive does not know')
  t.deepEqual(read(process.pid, Date.now())!.args.length > 0, true, 'another is another')
})

commandTest('a 32-bit process: its calls are of the other table', ['clang'], async (t) => {
  const made = compat()
  if ('why' in made) return skip(t, made.why)
  const { files } = await factsOf(t, made.program)
  t.like(files[0], { call: 'read/32', fd: 0 })
  t.regex(files[0]!.file, /^(socket|pipe):/)
})
