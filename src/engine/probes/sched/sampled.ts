// The scheduler where following every switch costs too much: sums of processes as the kernel counts them, how long threads
// waited and slept by what is seen of it in short windows (probes/sched_sampled.bpf.c), and what they are blocked in by
// looking at all of them at some instants.
import { join } from 'node:path'
import { schedTables } from '../../../model/sched-tables.ts'
import type { SchedData, SchedHists, SchedProc } from '../../../stream/sched.ts'
import type { DescribedProbe, PlanDescribed, StartDescribed } from '../../described.ts'
import { kernelHasMember, unfitForSwitch } from '../../native/btf.ts'
import { openCounted } from '../../native/counted.ts'
import { BpfError } from '../../native/libbpf.ts'
import { missedRuns } from '../../native/missed.ts'
import { loadPlanned } from '../../native/object.ts'
import { HIST_BYTES, HIST_WORDS, histDifference, sumPerCpu, u64, words } from '../../native/per-cpu.ts'
import { openWindows } from '../../native/windows.ts'
import { objectWork } from '../../native/work.ts'
import { blockedSums, type BlockedReader } from './blocked.ts'
import { schedFrom } from './counted.ts'
import { bothEndsSeen, scaledHist } from '../../native/scaled-hist.ts'

const KINDS = ['runq', 'sleep', 'disk', 'preempted'] as const
/** Where threads go between CPUs; always hooked. */
const MOVES = 'moved'

export const plan: PlanDescribed = ({ objects }) => {
  const unfit = unfitForSwitch()
  return { path: join(objects, 'sched_sampled.bpf.o'), programs: (name) => name !== unfit }
}

/** Only counted where the kernel does not note since when threads wait, or does not take the programs. */
export const start: StartDescribed = (context) => {
  try {
    if (kernelHasMember('sched_info', 'last_queued') && kernelHasMember('sched_entity', 'cfs_rq'))
      return sampled(context)
  } catch (error) {
    if (!(error instanceof BpfError)) throw error
  }
  return schedFrom(openCounted(context.objects))
}

const sampled = (context: Parameters<StartDescribed>[0]): DescribedProbe => {
  const { object } = loadPlanned(plan(context))
  const hook = [...object.programFds().keys()].filter((name) => !object.isIterator(name) && name !== MOVES)
  const at = object.layout('cpu', ['all', 'max_ns', 'max_epoch', 'waits'])
  const cpus = object.map('cpus')
  const config = object.map('.data.config')
  const key = Buffer.alloc(4)
  const counters = new Float64Array(HIST_WORDS)
  const differences = KINDS.map(() => histDifference())
  const missed = missedRuns(object)
  const blocked: BlockedReader = blockedSums(object)
  let epoch = 1
  let readNs = process.hrtime.bigint()
  const begin = (): void => {
    const value = Buffer.alloc(config.valueSize)
    value.writeUInt32LE(epoch)
    config.update(key, value)
  }
  begin()
  object.attach([MOVES])
  const counted = openCounted(context.objects, { all: true })

  /** Waits seen, by CPU. */
  const waits = (): number[] => {
    const view = words(cpus.lookup(key)!)
    return Array.from({ length: (view.length * 4) / cpus.valueSize }, (_, cpu) =>
      u64(view, cpu * cpus.valueSize + at.waits),
    )
  }
  const windows = openWindows({
    attach: () => object.attach(hook),
    detach: () => object.detach(hook),
    count: waits,
    hookNs: 0,
  })

  const read = () => {
    const { tier, factor } = windows.take()
    const now = process.hrtime.bigint()
    const intervalMs = Number(now - readNs) / 1e6
    readNs = now
    const half = epoch & 1
    const view = words(cpus.lookup(key)!)
    const maxOf = (kind: number): number => {
      let max = 0
      for (let base = 0; base < view.length * 4; base += cpus.valueSize)
        if (view[(base + at.max_epoch + half * 4) >>> 2] === epoch)
          max = Math.max(max, u64(view, base + at.max_ns + (half * KINDS.length + kind) * 8))
      return max
    }
    const seen = KINDS.map((_, kind) =>
      differences[kind]!(sumPerCpu(view, cpus.valueSize, at.all + kind * HIST_BYTES, counters), maxOf(kind)),
    )
    epoch++
    begin()
    const { observed = 0, windows: count = 1 } = tier
    const stretchNs = (intervalMs * 1e6) / Math.max(1, count)
    const both = bothEndsSeen(observed * stretchNs, stretchNs)
    const hists = Object.fromEntries(
      KINDS.map((name, kind) => [name, scaledHist(seen[kind]!, name === 'runq' ? () => factor : both)]),
    ) as unknown as SchedHists
    const of = blocked.take(intervalMs)
    const procs = counted
      .read()
      .flatMap(({ pid, comm, startedMs, cgroup, threads, switches, waits, waitNs, cpuNs }) => {
        const states = of.get(pid)
        if (!states && switches === 0 && cpuNs === 0 && waitNs === 0) return []
        const sums = { pid, comm, startedMs, threads, switches, waits, waitNs, onCpuNs: cpuNs, calls: [] }
        return [{ ...sums, sleepNs: 0, diskNs: 0, preemptedNs: 0, ...states, ...(cgroup !== undefined && { cgroup }) }]
      })
    const data: SchedData = { procs: procs as SchedProc[], ...hists }
    return { ...schedTables(data), lost: missed(), tier }
  }
  return {
    read,
    work: {
      ...objectWork(() => [object]),
      programs: () => [...objectWork(() => [object]).programs(), ...counted.work!.programs()],
    },
    close() {
      blocked.close()
      windows.close()
      counted.close()
      object.close()
    },
  }
}
