// Reader of probes/sched.bpf.c: ends an interval by raising the epoch, then reads what the threads and CPUs noted in
// it.
import { schedTables } from '../../../model/sched-tables.ts'
import type { OptionsOf } from '../../../stream/probe-options.ts'
import type { SCHED } from '../../../stream/specs/sched.ts'
import type { Target } from '../../../stream/target.ts'
import type { SchedData, SchedHists, SchedProc } from '../../../stream/sched-types.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import { sharedGroups } from '../../proc/groups.ts'
import { ioLimitReader, type Waiting } from '../../proc/io-limits.ts'
import { quotaReader } from '../../proc/quotas.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { unfitForSwitch } from '../../native/btf.ts'
import { targetEpochs } from '../../native/epochs.ts'
import { placesWriter } from '../../native/held-io.ts'
import { tellHierarchies } from '../../native/hierarchies.ts'
import { missedRuns } from '../../native/missed.ts'
import { loadPlanned } from '../../native/object.ts'
import { checkHist, difference, HIST_BYTES, histSince, totalPerCpu, u64, words } from '../../native/per-cpu.ts'
import { byCpu } from './cpus.ts'
import { cpuLayout, recordLayout } from './record-layout.ts'
import { schedRecords } from './task-records.ts'
import { openWakeUps } from './wake-ups.ts'
import { objectWork } from '../../native/work.ts'

type Others = NonNullable<SchedData['others']>

/** Part of an interval a process was in state D. */
const WORTH_ASKING = 0.1

export const plan: PlanDescribed = ({ object: path, maxEntries }) => {
  const unfit = unfitForSwitch()
  return { path, programs: (name) => name !== unfit, maxEntries }
}

export const start: StartDescribed = (context) => {
  const { log } = context
  const { object } = loadPlanned(plan(context))
  const records = schedRecords(recordLayout(object))
  const { cpu: at, kinds, kindsCount, maximaBytes, others: otherPlaces } = cpuLayout(object)
  const kindNames = Object.keys(kinds) as (keyof typeof kinds)[]
  const writePlaces = placesWriter(object)
  const clock = targetEpochs(object)
  tellHierarchies(object)
  const wakeUps = openWakeUps(object, clock.tell, log)
  // twice: the kernel's pool of storage is small and refilled on demand
  object.iterate('start_tasks')
  object.iterate('start_tasks')

  const groups = sharedGroups()
  const quotas = quotaReader()
  const ioLimits = ioLimitReader()
  let isClosed = false
  let placesAsked = false
  const cpus = object.map('cpus')
  const ended = object.map('ended')
  const key = Buffer.alloc(4)
  checkHist(object)
  /** Those of the target behind all others. */
  const histsSince = [at.all, at.target].flatMap((offset) =>
    Array.from({ length: kindsCount }, (_, kind) => histSince(cpus.valueSize, offset + kind * HIST_BYTES)),
  )
  const lost = difference()
  const unnamed = difference()
  /** Some did something in the last interval, of which not all may have been added up yet. */
  let hadUnnamed = false
  const missed = missedRuns(object)
  const otherDifferences = otherPlaces.map(() => difference())

  let target: Target | undefined
  /** Threads are told apart by name; `wasNamed`: in all of the interval that ends. */
  let hasNames = false
  let wasNamed = false

  /** While somebody looks. */
  let eachCpu: ReturnType<typeof byCpu> | undefined

  /** Notes by which group's quota each was throttled. */
  const heldBack = (procs: readonly SchedProc[]): Pick<SchedData, 'quotas'> => {
    const throttled = procs.filter(({ throttledNs = 0 }) => throttledNs > 0)
    if (throttled.length === 0) return {}
    throttled.sort((a, b) => b.throttledNs! - a.throttledNs!)
    const found = quotas.read(throttled.map(({ pid }) => pid))
    for (const proc of throttled) {
      const group = found.groups.get(proc.pid)
      if (group !== undefined) proc.quota = group
    }
    return found.quotas.length > 0 ? { quotas: found.quotas } : {}
  }

  /** Notes by which group's limit each waits, of those whose I/O is in a group's queue. */
  const limited = (procs: readonly SchedProc[], waiting: readonly Waiting[]): Pick<SchedData, 'ioLimits'> => {
    if (waiting.length === 0) return {}
    const { groups, limits } = ioLimits.read(waiting)
    for (const { pid, heldIo } of procs) {
      const group = heldIo?.by === 'limit' ? groups.get(pid) : undefined
      if (group !== undefined) heldIo!.cgroup = group
    }
    return limits.length > 0 ? { ioLimits: limits } : {}
  }

  /** Stacks are looked at once somebody waits long enough for it to matter. */
  const askForPlaces = (procs: readonly SchedProc[], intervalNs: number): void => {
    if (placesAsked || !procs.some(({ uninterruptibleNs = 0 }) => uninterruptibleNs > WORTH_ASKING * intervalNs)) return
    placesAsked = true
    writePlaces(() => isClosed).catch((error: Error) =>
      log('warn', `of I/O held back only limits of control groups are told: ${error.message}`),
    )
  }

  const read = () => {
    const { epoch, intervalNs, endNs } = clock.next()
    // the counters know no epoch: read first, they are some microseconds late at most
    const view = words(cpus.lookup(key)!)
    const sums = records.begin(epoch, intervalNs)
    records.add(object.iterate('read_tasks'), intervalNs, sums)
    const gone = ended.drain()
    records.add(gone.values.subarray(0, gone.count * ended.valueSize), intervalNs, sums)

    const stride = cpus.valueSize >>> 2
    /** Of the CPU whose part begins at this word. */
    const maxAt = (base: number, kind: number): number =>
      view[base + ((at.maxEpoch + (epoch & 1) * 4) >>> 2)] === epoch
        ? u64(view, base * 4 + at.maxNs + (epoch & 1) * maximaBytes + kind * 8)
        : 0
    const maxOf = (kind: number): number => {
      let max = 0
      for (let base = 0; base < view.length; base += stride) max = Math.max(max, maxAt(base, kind))
      return max
    }
    /** `first`: number of the first among all. */
    const hists = (first: number): SchedHists => {
      const each: Partial<Record<keyof typeof kinds, Hist>> = {}
      for (const name of kindNames) {
        const kind = first + kinds[name]
        each[name] = histsSince[kind]!(view, maxOf(kind))
      }
      return each as SchedHists
    }
    const total = (byteOffset: number): number => totalPerCpu(view, cpus.valueSize, byteOffset)
    const total32 = (byteOffset: number): number => {
      let sum = 0
      for (let base = 0; base < view.length; base += stride) sum += view[base + (byteOffset >>> 2)]!
      return sum
    }

    const target = hists(kindsCount)
    const { procs, active, threads, names, limited: waiting } = records.finished(sums, groups)
    askForPlaces(active, intervalNs)
    const data: SchedData = {
      elapsedNs: intervalNs,
      ...hists(0),
      procs,
      ...heldBack(active),
      ...limited(active, waiting),
    }
    const of = clock.target()
    if (of) data.target = { of, ...target, threads, ...(clock.isWhole() ? {} : { partial: true as const }) }
    if (hasNames && wasNamed) data.names = names()
    wasNamed = hasNames
    const each = eachCpu?.(view, endNs, (base) => maxAt(base, kinds.runq))
    if (each) data.cpus = each
    const hasUnnamed = unnamed(total(at.unnamed)) > 0
    if (hasUnnamed || hadUnnamed) {
      const others = Object.fromEntries(
        otherPlaces.map(({ field, offset, bytes }, i) => [
          field,
          otherDifferences[i]!((bytes === 4 ? total32 : total)(offset)),
        ]),
      ) as unknown as Others
      if (others.switches > 0) data.others = others
    }
    hadUnnamed = hasUnnamed
    wakeUps.check(total(at.odd), data.runq.count)
    return { ...schedTables(data, records.still), lost: lost(total(at.lost)) + missed() }
  }

  /** True where the kernel's programs have to be told. */
  const changes = ({ cpus: ofCpus = false, names: ofNames = false }: OptionsOf<typeof SCHED.options>): boolean => {
    if (!ofCpus) eachCpu = undefined
    else eachCpu ??= byCpu(cpus.valueSize >>> 2, { waits: at.all + kinds.runq * HIST_BYTES, ...at })
    const hadNames = hasNames
    hasNames = ofNames
    return hasNames !== hadNames
  }

  read() // what happened while attaching belongs to no interval
  return {
    read,
    command: (command) => {
      if (command.cmd === 'target') target = command.target
      else if (command.cmd !== 'options' || !changes(command.options as OptionsOf<typeof SCHED.options>)) return
      const why = clock.setTarget(target, hasNames ? 'all' : 'none')
      if (why !== undefined) log('warn', why)
      object.iterate('start_tasks')
    },
    work: objectWork(() => [object]),
    close() {
      isClosed = true
      object.close()
    },
  }
}
