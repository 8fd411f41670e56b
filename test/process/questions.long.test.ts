// Questions of the README with a workload for each, asked of this machine from a cold start: in at most five keys the
// answer is on the screen.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { availableParallelism } from 'node:os'
import { holds } from '../engine/probes/holding.ts'
import { bpfTest, skip } from '../helpers/bpf.ts'
import { startProbetop, type Pty } from '../helpers/pty.ts'
import { controllerGroup } from '../helpers/controller.ts'
import { fio, loopDevice } from '../helpers/disks.ts'
import { throttledReads } from '../helpers/throttle.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { sleepMs, startEndless } from '../helpers/workload.ts'

const MOST_KEYS = 5
const WITHIN_MS = 60_000

/** From a cold start, once panels have rows: there was an interval. */
const started = async (t: ExecutionContext): Promise<Pty> => {
  t.timeout(200_000)
  const pty = startProbetop(['--max-overhead', '0'], { cwd: temporaryFolder(t), columns: 200, rows: 50 })
  t.teardown(pty.close)
  await pty.until((text) => /SHARE%[^]*\d/.test(text) && /WAIT%[^]*\d/.test(text), WITHIN_MS)
  return pty
}

/** Presses these keys, one after the other, and waits until the screen says so. */
const answers = async (t: ExecutionContext, pty: Pty, keys: readonly string[], answer: RegExp[]): Promise<void> => {
  t.true(keys.length <= MOST_KEYS)
  for (const key of keys) pty.type(key)
  await pty.until((text) => answer.every((each) => each.test(text)), WITHIN_MS)
  pty.type('q')
  await pty.exited
}

const asked = async (t: ExecutionContext, keys: readonly string[], ...answer: RegExp[]): Promise<void> =>
  answers(t, await started(t), keys, answer)

/** Runs until the test ends, however that ends, and what it has started with it. */
const work = (t: ExecutionContext, command: string, ...words: string[]): number => {
  const child = startEndless(command, words, true)
  t.teardown(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // it has ended
    }
  })
  return child.pid!
}

bpfTest(
  'which of three python3',
  async (t) => {
    const folder = join(temporaryFolder(t), 'scripts')
    mkdirSync(folder)
    for (const name of ['first.py', 'second.py', 'third.py']) {
      writeFileSync(join(folder, name), 'while True: sum(range(1000))\n')
      work(t, 'python3', join(folder, name))
    }
    await asked(t, ['1', 'l'], /COMMAND LINE/, /python3 \S*first\.py/, /python3 \S*second\.py/, /python3 \S*third\.py/)
  },
  ['python3'],
)

bpfTest('who forks', async (t) => {
  const pid = work(t, 'sh', '-c', 'while :; do /bin/sleep 0.01; done')
  await asked(t, ['6'], new RegExp(`exec +\\d+ +${pid} sleep`))
})

bpfTest(
  'which lock, and who holds it',
  async (t) => {
    const [pair] = await holds(t, 'mutex')
    if (!pair) return skip(t, 'no pair')
    await asked(
      t,
      ['x'],
      new RegExp(`holds[^\\n]* (mutex|lock|futex)[^\\n]* held by (holds|worker)[^\\n]*\\b${pair.holder}\\b`),
    )
  },
  ['clang'],
)

const END = '\x1b[F'
const DOWN = '\x1b[B'

bpfTest(
  "what is the machine's worst now: a queue that is full",
  async (t) => {
    const script = [
      'import socket, time',
      's = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(1)',
      'c = [socket.socket() for _ in range(4)]',
      '[(x.setblocking(False), x.connect_ex(s.getsockname())) for x in c]',
      'time.sleep(300)',
    ].join('\n')
    work(t, 'python3', '-c', script)
    await asked(t, ['!'], /!!? +python3\S* \d+: queue of 127\.0\.0\.1:\d+ \d+% full/)
  },
  ['python3'],
)

bpfTest(
  'who is blocked on disk, and on which file',
  async (t) => {
    const folder = temporaryFolder(t)
    const throttle = throttledReads(folder, 3)
    if (!throttle) return skip(t, 'a control group with a limit on reads cannot be had')
    const file = join(folder, 'blocked.dat')
    writeFileSync(file, Buffer.alloc(4 << 20, 1), { flush: true })
    const reader = spawn(throttle.enter[0]!, [
      ...throttle.enter.slice(1),
      ...['dd', `if=${file}`, 'of=/dev/null', 'bs=4k', 'iflag=direct'],
    ])
    try {
      await asked(t, ['2', 'm', 'm'], /uninterruptible/, new RegExp(`${reader.pid} dd `))
      await asked(t, ['x'], new RegExp(`${reader.pid} dd .*blocked\\.dat`))
    } finally {
      const ended = once(reader, 'exit')
      reader.kill('SIGKILL')
      await ended
      throttle.remove()
    }
  },
  ['dd'],
)

bpfTest('which group is throttled', async (t) => {
  const group = controllerGroup(t, 'cpu')
  if (!group) return
  if (group.version === 1) group.write('cpu.cfs_quota_us', '20000')
  else group.write('cpu.max', '20000 100000')
  work(t, 'sh', '-c', `${group.enter}; while :; do :; done`)
  await asked(t, ['!'], new RegExp(`!!? +group \\S*${group.path.split('/').at(-1)}: CPU quota of \\S+ used up`))
})

bpfTest(
  'which connection loses packets',
  async (t) => {
    const script = [
      'import socket, threading',
      's = socket.socket(); s.bind(("127.0.0.1", 5001)); s.listen(1)',
      'def serve():',
      '    c, _ = s.accept()',
      '    while c.recv(65536): pass',
      'threading.Thread(target=serve, daemon=True).start()',
      'c = socket.socket(); c.connect(("127.0.0.1", 5001))',
      'while True: c.sendall(b"x" * 8192)',
    ].join('\n')
    const rules =
      'add table ip t; add chain ip t o { type filter hook output priority 0; }; add rule ip t o tcp dport 5001 numgen random mod 20 0 drop'
    try {
      execFileSync('unshare', ['-n', 'nft', rules], { stdio: 'pipe' })
    } catch {
      return skip(t, 'packets cannot be dropped here (nft, in a network namespace of its own)')
    }
    work(t, 'unshare', '-n', 'sh', '-c', `ip link set lo up; nft '${rules}'; exec python3 -c '${script}'`)
    await asked(t, ['4', '>', '>', '>'], /RETR\/s▼[^\n]*\n[^\n]*python3 [^\n]*127\.0\.0\.1:5001/)
  },
  ['unshare', 'nft', 'ip', 'python3'],
)

bpfTest(
  'who waits on CPU 1',
  async (t) => {
    if (availableParallelism() < 2) return skip(t, 'there is one CPU only')
    const pids = [1, 2, 3].map(() => work(t, 'taskset', '-c', '1', 'sh', '-c', 'while :; do :; done'))
    const pty = await started(t)
    for (const key of ['1', 'm']) pty.type(key)
    await pty.until((text) => /BUSY%[^]*│ +1 +\d/.test(text), WITHIN_MS)
    // where others wait as much, the first row is not that of CPU 1
    const selected = (): string | undefined => /│▸ +(\d+) /.exec(pty.screen().join('\n'))?.[1]
    const keys = [DOWN]
    pty.type(DOWN)
    await pty.until(selected, WITHIN_MS)
    if (selected() !== '1') keys.push(DOWN)
    for (const key of keys.slice(1)) pty.type(key)
    await pty.until(() => selected() === '1', WITHIN_MS)
    t.true(['1', 'm', ...keys, '\r'].length <= MOST_KEYS)
    await answers(t, pty, ['\r'], [/> CPU 1\b/, new RegExp(`(${pids.join('|')}) sh .* CPU 1\\b`)])
  },
  ['taskset'],
)

bpfTest(
  'when was the spike',
  async (t) => {
    const folder = temporaryFolder(t)
    const throttle = throttledReads(folder, 10)
    if (!throttle) return skip(t, 'a control group with a limit on reads cannot be had')
    const disk = loopDevice(folder)
    try {
      const pty = await started(t)
      await sleepMs(3000)
      const began = Date.now()
      const reads = ['--ioengine=libaio', '--iodepth=64', '--rw=randread', '--bs=4k', '--time_based', '--runtime=3']
      await fio(reads, [[`--filename=${disk.path}`]], throttle.enter)
      const ended = Date.now()
      await sleepMs(4000)
      for (const key of ['3', 'X']) pty.type(key)
      await pty.until((text) => /FROZEN [^]*the worst of the \d+ intervals kept/.test(text), WITHIN_MS)
      const text = pty.screen().join('\n')
      const clock = /FROZEN +([\d:]+)/.exec(text)![1]!
      // an interval is known by its end
      const instants = Array.from({ length: Math.ceil((ended - began) / 1000) + 2 }, (_, i) =>
        clockOf(began + 1000 * i),
      )
      t.true(instants.includes(clock), `${clock} is not within ${instants.join(' ')}`)
      t.regex(text, new RegExp(`\\d fio `))
      pty.type('q')
      await pty.exited
    } finally {
      disk.detach()
      throttle.remove()
    }
  },
  ['fio', 'losetup'],
)

/** As the screen has it. */
const clockOf = (ms: number): string => {
  const date = new Date(ms)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

bpfTest('what changed', async (t) => {
  const pty = await started(t)
  await sleepMs(12_000)
  const pids = Array.from({ length: 2 * availableParallelism() }, () => work(t, 'sh', '-c', 'while :; do :; done'))
  await sleepMs(2000)
  await answers(
    t,
    pty,
    ['1', '{', 'D', END],
    [/changes from [\d:]+ \(/, new RegExp(`CHANGE[^]* (${pids.join('|')}) sh .* \\+\\d`)],
  )
})
