// Reader of probes/syscalls_detail.bpf.c: errors, latency and the calls of each process while somebody looks.
import { constants } from 'node:os'
import type { FailureCount, SyscallCount } from '../../../model/syscalls.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import type { Target } from '../../../stream/target.ts'
import { targetEpochs } from '../../native/epochs.ts'
import { possibleCpus } from '../../native/libbpf.ts'
import { missedRuns } from '../../native/missed.ts'
import type { LoadPlan } from '../../base/load-plan.ts'
import { loadPlanned } from '../../native/object.ts'
import type { BpfObject } from '../../native/object.ts'
import { difference, histCounters, histDifference, sumPerCpu, u64, words } from '../../native/per-cpu.ts'
import type { CallNumbers } from './call-numbers.ts'
import { detailLayout, LOST } from './record-layout.ts'
import { failuresOf } from './error-subjects.ts'

const CALLS_PER_PROC = 8

// of two names for one number (EAGAIN, EWOULDBLOCK) the first
const ERRNO_NAMES = new Map(
  Object.entries(constants.errno)
    .map(([name, number]) => [number as number, name] as const)
    .reverse(),
)
/** ENOENT and the like; codes that only the kernel knows by number. */
const errnoName = (number: number): string => ERRNO_NAMES.get(number) ?? `errno ${number}`

interface DetailReading {
  byIndex: Map<number, Required<Omit<SyscallCount, 'name'>>>
  byProc: Map<number, { errors: number; calls: { name: string; count: number }[] }>
  failures: FailureCount[]
  /** Calls that failed on what found no room. */
  otherFailures: number
  /** Errors of processes that found no room. */
  otherErrors: number
  lost: number
}

/** The programs while they are loaded. */
export interface Detail {
  object: BpfObject
  read(): DetailReading
  setTarget(target: Target | undefined): void
  target(): Target | undefined
  /** Of the last reading: it is of the same target and of all of the interval. */
  isWhole(): boolean
  close(): void
}

/** `path` of its object. */
export const detailPlan = (path: string, maxEntries?: Readonly<Record<string, number>>): LoadPlan => ({
  path,
  maxEntries,
  times: { proc_places: possibleCpus() },
})

/** Of whom is selected, or of all. Throws BpfError. */
export const startDetail = (plan: LoadPlan, target: Target | undefined): Detail => {
  const cpus = possibleCpus()
  const { object } = loadPlanned(plan)
  const layouts = detailLayout(object)
  const { invalid, nameOf } = layouts.numbers
  const clock = targetEpochs(object)
  const latencies = object.map('latencies')
  const positions = words(object.map('.data.positions').mapped())
  const firstPosition = layouts.positions.of >>> 2
  const errnos = object.map('errnos')
  const places = words(object.map('proc_places').mapped())
  const procs = [object.map('even_procs'), object.map('odd_procs')]
  const readFailures = failuresOf(object)
  const lostMap = object.map('detail_lost')
  const hists = new Map<number, (now: Float64Array, maxNs: number) => Hist>()
  const counters = new Map<string, (now: number) => number>()
  const lost = LOST.map(() => difference())
  const missed = missedRuns(object)
  const histWords = histCounters(object)
  const one = new Float64Array(1)
  const key = Buffer.alloc(4)
  clock.setTarget(target, 'all')
  object.attach()

  const changeOf = (name: string, now: number): number => {
    const known = counters.get(name) ?? difference()
    counters.set(name, known)
    return known(now)
  }

  /** Calls by the place that each has taken; `positions` begins with how many. */
  const readLatencies = (epoch: number, byIndex: DetailReading['byIndex']): void => {
    const { hist, errors, restarted, oddMaxNs, evenMaxNs, oddEpoch, evenEpoch } = layouts.latency
    const [maxAt, maxEpochAt] = epoch & 1 ? [oddMaxNs, oddEpoch] : [evenMaxNs, evenEpoch]
    for (let index = 0; index <= invalid; index++) {
      const position = positions[firstPosition + index]!
      if (position === 0 || position > latencies.maxEntries) continue
      key.writeUInt32LE(position - 1)
      const view = words(latencies.lookup(key)!)
      let maxNs = 0
      for (let base = 0; base < view.length * 4; base += latencies.valueSize)
        if (view[(base + maxEpochAt) >>> 2] === epoch) maxNs = Math.max(maxNs, u64(view, base + maxAt))
      const toHist = hists.get(index) ?? histDifference()
      hists.set(index, toHist)
      const latency = toHist(sumPerCpu(view, latencies.valueSize, hist, histWords), maxNs)
      const change = (name: string, at: number): number =>
        changeOf(`${name} ${index}`, sumPerCpu(view, latencies.valueSize, at, one)[0]!)
      const found = { errors: change('errors', errors), restarted: change('restarted', restarted) }
      if (latency.count > 0) byIndex.set(index, { count: latency.count, latency, ...found, errnos: [] })
    }
  }

  const readErrnos = (byIndex: DetailReading['byIndex']): void => {
    const { count, keys, values } = errnos.all()
    const at = layouts.errnoKey
    const entryBytes = values.length / (keys.length / at.size)
    for (let i = 0; i < count; i++) {
      const index = keys.readUInt32LE(i * at.size + at.index)
      const number = keys.readUInt32LE(i * at.size + at.number)
      const view = words(values.subarray(i * entryBytes, (i + 1) * entryBytes))
      const errors = changeOf(`errno ${index} ${number}`, sumPerCpu(view, 8, 0, one)[0]!)
      if (errors > 0) byIndex.get(index)?.errnos.push({ errno: errnoName(number), count: errors })
    }
  }

  /** Of places those that are of this epoch, and all of the pairs whose place was another's; a pair may be in both. */
  const readProcs = (epoch: number): DetailReading['byProc'] => {
    const { size, tgid, index, epoch: epochAt, errors, count } = layouts.proc
    const { procKey } = layouts
    const pids = new Map<number, { errors: number; byCall: Map<number, number> }>()
    const add = (view: Uint32Array, at: number, pid: number, call: number): void => {
      const proc = pids.get(pid) ?? { errors: 0, byCall: new Map<number, number>() }
      pids.set(pid, proc)
      proc.errors += view[(at + errors) / 4]!
      proc.byCall.set(call, (proc.byCall.get(call) ?? 0) + u64(view, at + count))
    }
    for (let at = (epoch & 1) * size; at < places.length * 4; at += 2 * size)
      if (places[(at + epochAt) / 4] === epoch) add(places, at, places[(at + tgid) / 4]!, places[(at + index) / 4]!)
    const elsewhere = procs[epoch & 1]!.drain()
    const view = words(elsewhere.values)
    for (let i = 0; i < elsewhere.count * cpus; i++) {
      const entry = Math.floor(i / cpus) * procKey.size
      const pid = elsewhere.keys.readUInt32LE(entry + procKey.tgid)
      add(view, i * size, pid, elsewhere.keys.readUInt32LE(entry + procKey.index))
    }
    return new Map([...pids].map(([pid, { errors, byCall }]) => [pid, { errors, calls: mostFrequent(byCall, nameOf) }]))
  }

  return {
    object,
    read() {
      const { epoch } = clock.next()
      const byIndex: DetailReading['byIndex'] = new Map()
      readLatencies(epoch, byIndex)
      readErrnos(byIndex)
      key.writeUInt32LE(0)
      const lostView = words(lostMap.lookup(key)!)
      const [calls, errnoNames, procCalls, procErrors, otherFailures] = LOST.map((name, i) =>
        lost[i]!(sumPerCpu(lostView, lostMap.valueSize, layouts.lost[name], one)[0]!),
      ) as [number, number, number, number, number]
      for (const call of byIndex.values()) {
        call.errnos.sort((a, b) => b.count - a.count)
        const unnamed = call.errors - call.errnos.reduce((sum, { count }) => sum + count, 0)
        if (errnoNames > 0 && unnamed > 0) call.errnos.push({ errno: 'other', count: unnamed })
      }
      return {
        byIndex,
        byProc: readProcs(epoch),
        failures: readFailures(epoch).map(({ errno, ...rest }) => ({ ...rest, errno: errnoName(errno) })),
        otherFailures,
        otherErrors: procErrors,
        lost: missed() + calls + errnoNames + procCalls,
      }
    },
    setTarget: (wanted) => void clock.setTarget(wanted, 'all'),
    target: clock.target,
    isWhole: clock.isWhole,
    close: object.close,
  }
}

const mostFrequent = (
  byCall: ReadonlyMap<number, number>,
  nameOf: CallNumbers['nameOf'],
): { name: string; count: number }[] =>
  [...byCall]
    .sort(([, a], [, b]) => b - a)
    .slice(0, CALLS_PER_PROC)
    .map(([index, count]) => ({ name: nameOf(index), count }))
