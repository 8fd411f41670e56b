// The scheduler where following every switch costs too much: sums of processes as the kernel counts them, how long threads
// waited and slept by what is seen of it in short windows (probes/sched_sampled.bpf.c), and what they are blocked in by
// looking at all of them at some instants.
import { join } from 'node:path'
import { schedTables } from '../../../model/sched-tables.ts'
import type { SchedData, SchedHists, SchedProc } from '../../../stream/sched-types.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import type { CountedProc, CountedSource, CountedThread } from '../../base/counted-source.ts'
import type { DescribedProbe, PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import type { HowGot, ProbeContext } from '../../base/probe.ts'
import { kernelHasMember, unfitForSwitch } from '../../native/btf.ts'
import { openCounted } from '../../native/counted.ts'
import { BpfError } from '../../native/libbpf.ts'
import { missedRuns } from '../../native/missed.ts'
import { loadPlanned, type BpfObject } from '../../native/object.ts'
import { bothEndsSeen, scaledHist, scaledTo } from '../../native/scaled-hist.ts'
import { openWindows, rounded, type Ratio, type Span } from '../../native/windows.ts'
import { objectWork } from '../../native/work.ts'
import { sharedGroups } from '../../proc/groups.ts'
import { blockedSums, NOT_BLOCKED, type BlockedTimes } from './blocked.ts'
import { start as startHookless } from './hookless.ts'
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
    return startHookless(context)
  let object: BpfObject | undefined
  try {
    ;({ object } = loadPlanned(plan(context)))
    object.attach([MOVES])
  } catch (error) {
    if (!(error instanceof BpfError)) throw error
    object?.close()
    return startHookless(context)
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
    amount: seen.moreNs,
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
      const { tier, spans, each } = windows.take()
      remembered = [...remembered, ...spans].slice(-MOST_SPANS)
      const now = process.hrtime.bigint()
      const intervalNs = Number(now - readNs)
      readNs = now
      const scaled = scaledBy(bothEndsSeen(remembered))
      const moreNs = each?.ratio ?? 0
      const { all, selected } = seen.take()
      const times = blocked.take(intervalNs)
      const every = counted.read().map((one) => withShortWaits(one, moreNs))
      const procs = every
        .filter(
          ({ pid, exited, switches, cpuNs, waitNs }) =>
            times.procs.has(pid) || exited || switches > 0 || cpuNs > 0 || waitNs > 0,
        )
        .map((proc) => procOf(proc, times.procs.get(proc.pid)))
      const data: SchedData = { procs, ...scaled(all, every) }
      const ofTarget = counted.threads().map((one) => withShortWaits(one, moreNs))
      const threads = threadsFrom(ofTarget, (tid) => times.threads.get(tid) ?? NOT_BLOCKED)
      const { of, partial } = whose.take()
      if (of) data.target = { of, threads, ...scaled(selected, ofTarget), ...(partial && { partial }) }
      const lost = missed() + counted.lost()
      return { ...schedTables(data), lost, tier: withError(tier, each, data.runq) }
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

/** The kernel leaves short waits after wake-ups out; windows tell how much longer waits are than it has them, of all
 * processes together: nearly nothing of a long wait, nearly all of a short one. */
const withShortWaits = <T extends Pick<CountedProc, 'waits' | 'waitNs'>>(one: T, moreNs: number): T =>
  one.waits === 0 ? one : { ...one, waitNs: Math.max(0, Math.round(one.waitNs + one.waits * moreNs)) }

/** How often they waited, slept and were preempted the kernel counts itself; windows tell how long. Of sleeps and preemptions
 * they know those whose both ends they have seen. In the order of KINDS. */
const scaledBy =
  (both: (ns: number) => number) =>
  (seen: readonly Hist[], counted: readonly (CountedProc | CountedThread)[]): SchedHists => {
    const [waits, ...others] = seen
    const [sleeps, disk, preempted] = others.map((hist) => scaledHist(hist, both))
    const sum = (of: (one: CountedProc | CountedThread) => number): number =>
      counted.reduce((total, one) => total + of(one), 0)
    const voluntary = sum((one) => one.voluntary ?? 0)
    const [runq] = scaledTo(
      [waits!],
      sum((one) => one.waits),
    )
    const scaled = [
      { ...runq!, sumNs: sum((one) => one.waitNs) },
      ...scaledTo([sleeps!, disk!], voluntary),
      ...scaledTo([preempted!], sum(({ switches }) => switches) - voluntary),
    ]
    return Object.fromEntries(scaled.map((hist, kind) => [KINDS[kind], hist])) as unknown as SchedHists
  }

/** How far the time waited may be off: what the kernel leaves out of it is all that is estimated, and a wait that is seen may be
 * longer by what is at its hooks. */
const withError = (tier: HowGot, each: Ratio | undefined, { count, sumNs }: Hist): HowGot => {
  const { error: _, ...rest } = tier
  if (!each || sumNs === 0) return rest
  return { ...rest, error: rounded((count * (each.halfWidth + HOOK_NS)) / sumNs) }
}
