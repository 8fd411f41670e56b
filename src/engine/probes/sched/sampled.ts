// The scheduler where following every switch costs too much: sums of processes as the kernel counts them, how long threads
// waited and slept by what is seen of it in short windows (probes/sched_sampled.bpf.c), and what they are blocked in by
// looking at all of them at some instants.
import { join } from 'node:path'
import { schedTables } from '../../../model/sched-tables.ts'
import type { SchedData, SchedHists, SchedProc } from '../../../stream/sched-types.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import type { CountedProc, CountedSource } from '../../base/counted-source.ts'
import type { DescribedProbe, PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import type { ProbeContext } from '../../base/probe.ts'
import { kernelHasMember, unfitForSwitch } from '../../native/btf.ts'
import { openCounted } from '../../native/counted.ts'
import { BpfError } from '../../native/libbpf.ts'
import { missedRuns } from '../../native/missed.ts'
import { loadPlanned, type BpfObject } from '../../native/object.ts'
import { bothEndsSeen, scaledHist } from '../../native/scaled-hist.ts'
import { openWindows, type Span } from '../../native/windows.ts'
import { objectWork } from '../../native/work.ts'
import { sharedGroups } from '../../proc/groups.ts'
import { blockedSums, NOT_BLOCKED, type BlockedTimes } from './blocked.ts'
import { schedFrom } from './counted.ts'
import { KINDS, openSeen } from './sampled-hists.ts'
import { threadsFrom } from './target-threads.ts'
import { wantedTarget } from './wanted-target.ts'

/** Threads that go from CPU to CPU as they sleep; always hooked. */
const MOVES = 'moved'
/** What a switch takes longer, about. */
const HOOK_NS = 170
/** Windows that are remembered: of ten seconds. */
const MOST_SPANS = 100

export const plan: PlanDescribed = ({ objects }) => {
  const unfit = unfitForSwitch()
  return { path: join(objects, 'sched_sampled.bpf.o'), programs: (name) => name !== unfit }
}

/** Only counted where the kernel does not note since when threads wait, or does not take the programs. */
export const start: StartDescribed = (context) => {
  if (!kernelHasMember('sched_info', 'last_queued') || !kernelHasMember('sched_entity', 'cfs_rq'))
    return schedFrom(openCounted(context.objects), context.log)
  let object: BpfObject | undefined
  try {
    ;({ object } = loadPlanned(plan(context)))
    object.attach([MOVES])
  } catch (error) {
    if (!(error instanceof BpfError)) throw error
    object?.close()
    return schedFrom(openCounted(context.objects), context.log)
  }
  return sampled(object, openCounted(context.objects, { all: true }), context.log)
}

const sampled = (object: BpfObject, counted: CountedSource, log: ProbeContext['log']): DescribedProbe => {
  const whose = wantedTarget()
  const hooks = [...object.programFds().keys()].filter((name) => !object.isIterator(name) && name !== MOVES)
  const missed = missedRuns(object)
  const groupOf = sharedGroups()
  const own = objectWork(() => [object])
  const blocked = blockedSums(object)
  const seen = openSeen(object)
  const windows = openWindows({
    attach: () => object.attach(hooks),
    detach: () => object.detach(hooks),
    count: seen.waits,
    hookNs: HOOK_NS,
  })
  let readNs = process.hrtime.bigint()
  let remembered: readonly Span[] = []

  const procOf = (
    { pid, comm, startedMs, cgroupId, threads, exited, switches, waits, waitNs, cpuNs: onCpuNs }: CountedProc,
    states: BlockedTimes | undefined,
  ): SchedProc => {
    const cgroup = cgroupId === undefined ? undefined : groupOf(pid, startedMs, cgroupId)
    const sums = { pid, comm, startedMs, threads, switches, waits, waitNs, onCpuNs }
    return { ...sums, ...NOT_BLOCKED, ...states, ...(cgroup !== undefined && { cgroup }), ...(exited && { exited }) }
  }

  return {
    read() {
      const { tier, factor, spans } = windows.take()
      remembered = [...remembered, ...spans].slice(-MOST_SPANS)
      const now = process.hrtime.bigint()
      const intervalNs = Number(now - readNs)
      readNs = now
      const both = bothEndsSeen(remembered)
      const scaled = (hists: readonly Hist[]): SchedHists =>
        Object.fromEntries(
          hists.map((hist, kind) => [KINDS[kind], scaledHist(hist, kind === 0 ? () => factor : both)]),
        ) as unknown as SchedHists
      const { all, selected } = seen.take()
      const times = blocked.take(intervalNs)
      const procs = counted
        .read()
        .filter(
          ({ pid, exited, switches, cpuNs, waitNs }) =>
            times.procs.has(pid) || exited || switches > 0 || cpuNs > 0 || waitNs > 0,
        )
        .map((proc) => procOf(proc, times.procs.get(proc.pid)))
      const data: SchedData = { procs, ...scaled(all) }
      const threads = threadsFrom(counted.threads(), (tid) => times.threads.get(tid) ?? NOT_BLOCKED)
      const { of, partial } = whose.take()
      if (of) data.target = { of, threads, ...scaled(selected), ...(partial && { partial }) }
      return { ...schedTables(data), lost: missed() + counted.lost(), tier }
    },
    command(command) {
      if (command.cmd !== 'target') return
      const why = counted.setTarget(command.target) ?? seen.setTarget(command.target)
      if (why !== undefined) log('warn', why)
      whose.set(why === undefined ? command.target : undefined)
    },
    work: { ...own, programs: () => [...own.programs(), ...counted.work!.programs()] },
    close() {
      blocked.close()
      windows.close()
      counted.close()
      object.close()
    },
  }
}
