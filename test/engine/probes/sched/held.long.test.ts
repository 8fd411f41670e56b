// Threads that are stopped, traced or frozen, and those of io_uring: told apart from the sleep they are in.
import { schedTables } from '../../../../src/model/sched-tables.ts'
import { startSched } from '../../../helpers/sched.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { ExecutionContext } from 'ava'
import { findCgroupRoot } from '../../../../src/engine/proc/cgroups.ts'
import { startStacks } from '../../../../src/engine/native/stacks-probe.ts'
import type { FollowedProc, SchedThread } from '../../../../src/stream/sched-types.ts'
import { statesOf } from '../../../../src/panels/threads.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { testGroup } from '../../../helpers/control-group.ts'
import { controllerRoot } from '../../../helpers/groups.ts'
import { compiled, probeContext, sleepMs, startEndless } from '../../../helpers/workload.ts'

type Held = 'stoppedNs' | 'tracedNs' | 'frozenNs'

/** The number it prints; undefined where it could not. Killed with the test. */
const held = async (t: ExecutionContext, what: string): Promise<number | undefined> => {
  const child = spawn(compiled('held', 'test/engine/native/fixtures'), [what], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => void child.kill('SIGKILL'))
  const [data] = (await Promise.race([once(child.stdout, 'data'), once(child, 'close')])) as [unknown]
  return Buffer.isBuffer(data) ? Number(data) : undefined
}

interface Interval {
  passedNs: number
  row: FollowedProc
  threads: readonly SchedThread[]
  letters: string
}

/** Two intervals of a process, once `hold` was done; `thaw` and one more. */
const intervals = async (pid: number, hold: () => void, release: () => void): Promise<Interval[]> => {
  const probe = startSched(probeContext)
  try {
    probe.command!({ cmd: 'target', target: { is: 'process', pid } })
    await sleepMs(50)
    hold()
    await sleepMs(50)
    // an interval ends when reading it begins
    let from = process.hrtime.bigint()
    probe.read()
    const found: Interval[] = []
    for (let i = 0; i < 3; i++) {
      if (i === 2) {
        release()
        await sleepMs(50)
        from = process.hrtime.bigint()
        probe.read()
      }
      await sleepMs(200)
      const now = process.hrtime.bigint()
      const { data } = probe.read()
      const sample = {
        type: 'sample',
        probe: 'sched',
        atMs: 0,
        intervalMs: 200,
        lost: 0,
        data: schedTables(data),
      } as const
      found.push({
        passedNs: Number(now - from),
        row: data.procs.find((proc) => proc.pid === pid) as FollowedProc,
        threads: data.target?.threads ?? [],
        letters: [...statesOf([sample]).values()].join(''),
      })
      from = now
    }
    return found
  } finally {
    probe.close()
  }
}

const NAMES = { stoppedNs: 'stopped', tracedNs: 'traced', frozenNs: 'frozen' } as const
/** Of the class, all of the interval. */
const LETTER = 'T'

/** All of its time, and nothing else. */
const check = (t: ExecutionContext, { passedNs, row, threads, letters }: Interval, field: Held): void => {
  const state = NAMES[field]
  t.true(Math.abs(row[field]! - passedNs) < 0.05 * passedNs, `${state}: ${row[field]} of ${passedNs} ns`)
  t.is(row.sleepNs + row.uninterruptibleNs + row.onCpuNs + row.waitNs, 0)
  t.deepEqual(row.calls, [])
  t.is(threads[0]!.state, state)
  t.is(letters, LETTER)
}

bpfTest(
  'stopped by a signal, until it goes on',
  async (t) => {
    const pid = (await held(t, 'sleep'))!
    const [first, second, after] = await intervals(
      pid,
      () => process.kill(pid, 'SIGSTOP'),
      () => process.kill(pid, 'SIGCONT'),
    )
    check(t, first!, 'stoppedNs')
    check(t, second!, 'stoppedNs')
    t.is(after!.row.stoppedNs, undefined)
    t.true(after!.row.sleepNs > 0.9 * after!.passedNs)
  },
  ['clang'],
)

bpfTest(
  'held by a tracer',
  async (t) => {
    const pid = (await held(t, 'traced'))!
    const [first] = await intervals(
      pid,
      () => {},
      () => {},
    )
    check(t, first!, 'tracedNs')
  },
  ['clang'],
)

for (const [version, root, file, on, off] of [
  [1, controllerRoot('freezer'), 'freezer.state', 'FROZEN', 'THAWED'],
  [2, findCgroupRoot(), 'cgroup.freeze', '1', '0'],
] as const)
  for (const what of ['sleep', 'busy'] as const)
    bpfTest(
      `frozen by version ${version} of control groups, ${what === 'sleep' ? 'asleep' : 'while it ran'}`,
      async (t) => {
        const busy = what === 'busy' ? startEndless('sh', ['-c', 'while :; do :; done']) : undefined
        const pid = busy ? busy.pid! : (await held(t, 'sleep'))!
        const group = testGroup(t, root, `hierarchy with ${file}`, () => {
          process.kill(pid, 'SIGKILL')
        })
        if (!group) return
        group.take(pid)
        const [first, second, after] = await intervals(
          pid,
          () => group.write(file, on),
          () => group.write(file, off),
        )
        check(t, first!, 'frozenNs')
        check(t, second!, 'frozenNs')
        t.is(after!.row.frozenNs, undefined)
        t.true((what === 'busy' ? after!.row.onCpuNs + after!.row.waitNs : after!.row.sleepNs) > 0.9 * after!.passedNs)
      },
      ['clang'],
    )

bpfTest(
  'the poller of an io_uring is the kernel’s, in no system call',
  async (t) => {
    const pid = await held(t, 'sqpoll')
    if (pid === undefined) return skip(t, 'io_uring is not to be had here')
    const poller = `iou-sqp-${pid}`
    await sleepMs(300) // it sleeps after 200 ms without work
    const [first] = await intervals(
      pid,
      () => {},
      () => {},
    )
    const thread = first!.threads.find(({ comm }) => comm === poller.slice(0, 15))
    t.truthy(thread, `${readFileSync(`/proc/${pid}/comm`, 'utf8')}: ${first!.threads.map(({ comm }) => comm).join()}`)
    t.deepEqual(
      thread!.calls.map(({ call }) => call),
      ['kernel'],
    )
  },
  ['clang'],
)

bpfTest(
  'stacks: a stopped thread has its state, and no system call',
  async (t) => {
    const pid = (await held(t, 'sleep'))!
    process.kill(pid, 'SIGSTOP')
    await sleepMs(50)
    const probe = startStacks(probeContext)
    try {
      while (!probe.ready!()) await sleepMs(20)
      probe.command!({ cmd: 'target', target: { is: 'process', pid } })
      probe.command!({ cmd: 'options', options: { mode: 'now', thresholdNs: 0, wakers: false } })
      const [thread] = probe.read().data.threads!
      t.is(thread!.state, 'T')
      t.is(thread!.call, undefined)
    } finally {
      probe.close()
    }
  },
  ['clang'],
)
