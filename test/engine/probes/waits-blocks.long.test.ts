// Waits within the kernel whose cause is known by construction: two threads on a file system whose device takes its time,
// a disk that may serve so much only, a quota of CPU time.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { controllerRoot, groupIn } from '../../helpers/groups.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { MOUNT_COMMANDS, mountedExt4 } from '../../helpers/mounted.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { throttledReads } from '../../helpers/throttle.ts'
import { compiled, sleepMs } from '../../helpers/workload.ts'

const FIXTURES = 'test/engine/probes/fixtures'
const SAMPLES = 100
/** On a busy machine there may be fewer in the time. */
const LEAST = 20
const LONGEST_MS = 30_000
const RIGHT = 0.99

type Row = Record<string, unknown>

const started = async (t: ExecutionContext, command: readonly string[]) => {
  const [program, ...words] = command
  const child = spawn(program!, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(async () => {
    if (child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  let said = ''
  child.stdout.on('data', (piece) => (said += piece))
  while (!said.includes('ready')) await sleepMs(20)
  return { pid: child.pid!, tids: said.split('\n', 1)[0]!.split(' ').map(Number) }
}

/** Of the waits that `isMeant` the share that `isRight`. */
const holdsFor = async (
  t: ExecutionContext,
  pid: number,
  isMeant: (row: Row) => boolean,
  isRight: (row: Row) => boolean,
): Promise<void> => {
  const probe = startHere(t, start, 'waits')
  probe.command!({ cmd: 'target', target: { is: 'process', pid } })
  await sleepMs(1000) // names of the kernel's functions are read beside
  probe.read()
  await sleepMs(1000)
  const wrong: Row[] = []
  let samples = 0
  for (const end = Date.now() + LONGEST_MS; samples < SAMPLES && Date.now() < end;) {
    await sleepMs(20)
    for (const row of rowsOf(probe.read(), 'chains').filter(isMeant)) {
      samples++
      if (!isRight(row)) wrong.push(row)
    }
  }
  t.true(samples >= LEAST, `${samples} samples`)
  t.true(wrong.length <= (1 - RIGHT) * samples, `${wrong.length} of ${samples}: ${JSON.stringify(wrong.slice(0, 3))}`)
}

for (const [way, what, options] of [
  ['mutex', /^kernel mutex( in \w+)? held by/, 'defaults'],
  ['rwsem', /^rwsem \(to write\)( in \w+)? held by/, 'sync'],
] as const)
  bpfTest(
    `a ${way} of the kernel is held by the other thread, which waits for the journal`,
    async (t) => {
      const slow = await mountedExt4(t, { mebibytes: 32, flushMs: 200, options })
      if (!slow) return skip(t, 'this machine has no FUSE')
      const path = way === 'mutex' ? join(slow.folder, 'file') : slow.folder
      const { pid, tids } = await started(t, [compiled('blocks', FIXTURES), way, path])
      const other = (tid: unknown): number => tids.find((each) => each !== tid)!
      await holdsFor(
        t,
        pid,
        ({ tid, chain }) => tids.includes(Number(tid)) && / held by /.test(String(chain)),
        ({ tid, chain, holder }) => what.test(String(chain)) && String(holder).endsWith(` ${other(tid)}`),
      )
    },
    [...MOUNT_COMMANDS, 'clang'],
  )

bpfTest(
  'a read from a disk that may serve so much only: the file is named',
  async (t) => {
    const folder = temporaryFolder(t)
    const file = join(folder, 'data')
    const fd = openSync(file, 'w')
    for (let i = 0; i < 32; i++) writeSync(fd, Buffer.alloc(4096, i + 1))
    fsyncSync(fd)
    closeSync(fd)
    const throttle = throttledReads(folder, 5)
    if (!throttle) return skip(t, 'reads cannot be limited here')
    t.teardown(throttle.remove)
    const command = [...throttle.enter, compiled('blocks', FIXTURES), 'read', file]
    const { pid, tids } = await started(t, command)
    await holdsFor(
      t,
      pid,
      ({ tid, state }) => tids.includes(Number(tid)) && state === 'D',
      ({ chain, class: of }) => String(chain).includes(file) && of === 'disk',
    )
  },
  ['clang'],
)

bpfTest('a thread whose group has no CPU time left waits for its quota', async (t) => {
  const root = controllerRoot('cpu')
  if (root === undefined) return skip(t, 'no control groups with quotas')
  const group = groupIn(root)
  t.teardown(() => group.remove())
  const child = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  try {
    group.write('cpu.cfs_period_us', '100000')
    group.write('cpu.cfs_quota_us', '5000')
  } catch {
    group.write('cpu.max', '5000 100000')
  }
  group.take(child.pid!)
  await holdsFor(
    t,
    child.pid!,
    ({ tid, state }) => tid === child.pid && state === 'q',
    ({ chain, class: of }) => String(chain).startsWith('CPU quota of ') && of === 'throttled',
  )
})

bpfTest(
  'who waits for a CPU is told which one, and that it is taken by another',
  async (t) => {
    const cpu = '0'
    const pids = [1, 2].map(() => {
      const child = spawn('taskset', ['-c', cpu, 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' })
      t.teardown(async () => {
        child.kill('SIGKILL')
        await once(child, 'close')
      })
      return child.pid!
    })
    await holdsFor(
      t,
      pids[0]!,
      ({ tid, state }) => tid === pids[0] && state === 'w',
      ({ chain, class: of, holder }) =>
        // of a CPU that ran it most itself nobody is named
        new RegExp(`^CPU ${cpu}( \\d+% taken by |$)`).test(String(chain)) &&
        of === 'runq' &&
        !String(holder).endsWith(` ${pids[0]}`),
    )
  },
  ['taskset'],
)
