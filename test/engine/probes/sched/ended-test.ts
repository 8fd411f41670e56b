// Tests of threads that end: each is counted once, wherever its end falls beside a reading, in every tier that tells of threads.
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import type { ExecutionContext } from 'ava'
import { start as startCounted } from '../../../../src/engine/probes/sched/hookless.ts'
import { start as startSampled } from '../../../../src/engine/probes/sched/sampled.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { startSched, type SchedProbe } from '../../../helpers/sched.ts'
import { compiled, loopsPath, probeContext, sleepMs } from '../../../helpers/workload.ts'

const TIERS: Readonly<Record<string, () => SchedProbe>> = {
  'in full': () => startSched(probeContext),
  sampled: () => startSched(probeContext, startSampled),
  counted: () => startSched(probeContext, startCounted),
}

const PAUSE_MS = 100
/** The kernel may still hold on to some. */
const SURE = 0.02
/** Until the kernel has let go of the last, which takes it up to ten seconds where it is built to wait. */
const GONE_MS = 30_000

interface Seen {
  threads: number
  switches: number
}

const begun = (t: ExecutionContext, open: () => SchedProbe, words: readonly (string | number)[]) => {
  const probe = open()
  t.teardown(probe.close)
  const child = spawn(loopsPath(), words.map(String), { stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  let isOver = false
  child.once('close', () => void (isOver = true))
  return {
    child,
    isOver: () => isOver,
    read: (): Seen => {
      const { data, lost } = probe.read()
      t.is(lost, 0)
      const own = data.procs.find(({ pid }) => pid === child.pid)
      return { threads: own?.threads ?? 0, switches: own?.switches ?? 0 }
    },
  }
}

interface Counts {
  /** Threads that end while they are read, after so long. */
  many: number
  thereMs: number
  /** Threads that end at once. */
  spawned: number
  /** Processes that end at once. */
  forked: number
}

export const testEnded = ({ many, thereMs, spawned, forked }: Counts): void => {
  for (const [tier, open] of Object.entries(TIERS)) {
    bpfTest(
      `${many} that end as they are read: never more than there are, ${tier}`,
      async (t) => {
        const { child, isOver, read } = begun(t, open, ['threads', many, thereMs])
        await once(child.stdout, 'data')
        t.is(read().threads, many + 1)
        const seen: number[] = []
        while (!isOver()) {
          seen.push(read().threads)
          await sleepMs(1)
        }
        t.true(Math.max(...seen) <= many + 1, `${Math.max(...seen)} of ${many + 1}`)
      },
      ['clang'],
    )

    bpfTest(
      `${spawned} that end at once, one after the other: as many as there were, and all that they did, ${tier}`,
      async (t) => {
        const { child, isOver, read } = begun(t, open, ['spawns', spawned])
        let told = ''
        child.stderr.on('data', (text) => (told += text))
        // of the last of each thread the kernel no longer tells the process
        const truth = (): number => Number(told) + spawned
        let [threads, switches, readings] = [0, 0, 0]
        const isAll = (): boolean => isOver() && threads > spawned * (1 - SURE) && switches >= truth() * (1 - SURE)
        for (let goneMs = 0; goneMs < GONE_MS && !isAll(); goneMs += isOver() ? PAUSE_MS : 0) {
          await sleepMs(PAUSE_MS)
          const one = read()
          threads += one.threads
          switches += one.switches
          readings++
        }
        t.true(isAll(), `${threads} of ${spawned} threads, ${switches} of ${truth()} switches`)
        // beside them the first, in each reading, and one or two that go on from one into the next
        t.true(threads <= spawned + 3 * readings, `${threads} threads of ${spawned} in ${readings} readings`)
        t.true(switches <= truth() * (1 + SURE), `${switches} switches of ${truth()}`)
      },
      ['clang'],
    )

    bpfTest(
      `${forked} processes that end at once: each has ended, and once, ${tier}`,
      async (t) => {
        const comm = 'ends'
        const probe = open()
        t.teardown(probe.close)
        const child = spawn(compiled('loops', 'test/bench', ['-pthread'], comm), ['forks', String(forked)])
        t.teardown(() => child.kill('SIGKILL'))
        let isOver = false
        child.once('close', () => void (isOver = true))
        const ended = new Set<number>()
        let count = 0
        const isAll = (): boolean => isOver && count > forked * (1 - SURE)
        for (let goneMs = 0; goneMs < GONE_MS && !isAll(); goneMs += isOver ? PAUSE_MS : 0) {
          await sleepMs(PAUSE_MS)
          const { data, lost } = probe.read()
          t.is(lost, 0)
          for (const { pid, exited, comm: name } of data.procs) {
            if (name !== comm || !exited) continue
            count++
            ended.add(pid)
          }
        }
        t.is(ended.size, count)
        // and who made them
        t.true(isAll() && count <= forked + 1, `${count} of ${forked + 1}`)
      },
      ['clang'],
    )
  }
}
