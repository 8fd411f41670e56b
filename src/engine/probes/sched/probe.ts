// Reader of probes/sched.bpf.c: ends an interval by raising the epoch, then reads what the threads and CPUs noted in
// it. The layouts below mirror the structs there.
import { schedTables } from '../../../model/sched-tables.ts'
import type { Target } from '../../../stream/types.ts'
import type { SchedData, SchedHists, SchedProc } from '../../../stream/sched.ts'
import { cgroupPaths } from '../../proc/cgroups.ts'
import { ioLimitReader, type Waiting } from '../../proc/io-limits.ts'
import { quotaReader } from '../../proc/quotas.ts'
import type { PlanDescribed, StartDescribed } from '../../described.ts'
import { unfitForSwitch } from '../../native/btf.ts'
import { epochs } from '../../native/epochs.ts'
import { writePlaces } from '../../native/held-io.ts'
import { missedRuns } from '../../native/missed.ts'
import { loadPlanned } from '../../native/object.ts'
import { difference, HIST_BYTES, HIST_WORDS, histDifference, sumPerCpu, u64, words } from '../../native/per-cpu.ts'
import { byCpu } from './cpus.ts'
import { addRecords, finished, gathered, RARE, RECORD } from './records.ts'
import { objectWork } from '../../native/work.ts'

const KINDS = ['runq', 'sleep', 'disk', 'preempted', 'throttled'] as const
const MAX_EPOCH = 2 * KINDS.length * HIST_BYTES + 2 * 2 * KINDS.length * 8
const CPU = {
  target: KINDS.length * HIST_BYTES,
  maxNs: 2 * KINDS.length * HIST_BYTES,
  maxEpoch: MAX_EPOCH,
  idleNs: MAX_EPOCH + 8,
  idleSince: MAX_EPOCH + 16,
  lost: MAX_EPOCH + 24,
  unnamed: MAX_EPOCH + 32,
  others: MAX_EPOCH + 40,
}
/** Sums of threads that ended when there was no room for their names. */
type Others = NonNullable<SchedData['others']>
const OTHER_FIELDS = [
  'threads',
  'switches',
  'waits',
  'waitNs',
  'preemptedNs',
  'onCpuNs',
  'sleepNs',
  'diskNs',
  ...RARE,
] as const

/** Part of an interval a process was in state D. */
const WORTH_ASKING = 0.1

export const plan: PlanDescribed = ({ object: path, maxEntries }) => {
  const unfit = unfitForSwitch()
  return { path, programs: (name) => name !== unfit, maxEntries }
}

export const start: StartDescribed = (context) => {
  const { log } = context
  const { object } = loadPlanned(plan(context))
  const clock = epochs(object)
  object.attach()
  // twice: the kernel's pool of storage is small and refilled on demand
  object.iterate('start_tasks')
  object.iterate('start_tasks')

  const pathOf = cgroupPaths(() => performance.now())
  const quotas = quotaReader()
  const ioLimits = ioLimitReader()
  let isClosed = false
  let placesAsked = false
  const cpus = object.map('cpus')
  const ended = object.map('ended')
  const key = Buffer.alloc(4)
  const differences = [...KINDS, ...KINDS].map(() => histDifference())
  const counters = new Float64Array(HIST_WORDS)
  const lost = difference()
  const missed = missedRuns(object)
  const otherDifferences = Object.fromEntries(OTHER_FIELDS.map((field) => [field, difference()])) as Record<
    keyof Others,
    (now: number) => number
  >

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
    if (placesAsked || !procs.some(({ diskNs = 0 }) => diskNs > WORTH_ASKING * intervalNs)) return
    placesAsked = true
    writePlaces(object, () => isClosed).catch((error: Error) =>
      log('warn', `of I/O held back only limits of control groups are told: ${error.message}`),
    )
  }

  const read = () => {
    const { epoch, intervalNs, endNs } = clock.next()
    // the counters know no epoch: read first, they are some microseconds late at most
    const view = words(cpus.lookup(key)!)
    const sums = gathered()
    addRecords(object.iterate('read_tasks'), intervalNs, sums)
    const gone = ended.drain()
    addRecords(gone.values.subarray(0, gone.count * ended.valueSize), intervalNs, sums)

    const stride = cpus.valueSize >>> 2
    /** Of the CPU whose part begins at this word. */
    const maxAt = (base: number, kind: number): number =>
      view[base + ((CPU.maxEpoch + (epoch & 1) * 4) >>> 2)] === epoch
        ? u64(view, base * 4 + CPU.maxNs + ((epoch & 1) * 2 * KINDS.length + kind) * 8)
        : 0
    const maxOf = (kind: number): number => {
      let max = 0
      for (let base = 0; base < view.length; base += stride) max = Math.max(max, maxAt(base, kind))
      return max
    }
    const hists = (first: number): SchedHists =>
      Object.fromEntries(
        KINDS.map((name, i) => [
          name,
          differences[first + i]!(
            sumPerCpu(view, cpus.valueSize, (first + i) * HIST_BYTES, counters),
            maxOf(first + i),
          ),
        ]),
      ) as unknown as SchedHists
    const total = (byteOffset: number): number => sumPerCpu(view, cpus.valueSize, byteOffset, new Float64Array(1))[0]!
    const total32 = (byteOffset: number): number => {
      let sum = 0
      for (let base = 0; base < view.length; base += stride) sum += view[base + (byteOffset >>> 2)]!
      return sum
    }

    const target = hists(KINDS.length)
    const { procs, threads, names, limited: waiting } = finished(sums, pathOf)
    askForPlaces(procs, intervalNs)
    const data: SchedData = { ...hists(0), procs, ...heldBack(procs), ...limited(procs, waiting) }
    const of = clock.target()
    if (of) data.target = { of, ...target, threads, ...(clock.isWhole() ? {} : { partial: true as const }) }
    if (hasNames && wasNamed) data.names = names()
    wasNamed = hasNames
    const each = eachCpu?.(view, endNs, (base) => maxAt(base, 0))
    if (each) data.cpus = each
    const otherNow = (field: keyof Others): number =>
      field === 'threads'
        ? total(CPU.unnamed)
        : (field === 'switches' || field === 'waits' ? total32 : total)(CPU.others + RECORD[field] - RECORD.sums)
    const others = Object.fromEntries(
      OTHER_FIELDS.map((field) => [field, otherDifferences[field](otherNow(field))]),
    ) as unknown as Others
    if (others.switches > 0) data.others = others
    return { ...schedTables(data), lost: lost(total(CPU.lost)) + missed() }
  }

  read() // what happened while attaching belongs to no interval
  return {
    read,
    command: (command) => {
      if (command.cmd === 'cpus' && command.on !== (eachCpu !== undefined))
        eachCpu = command.on ? byCpu(cpus.valueSize >>> 2, CPU) : undefined
      if (command.cmd === 'target') target = command.target
      else if (command.cmd === 'names' && command.on !== hasNames) hasNames = command.on
      else return
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
