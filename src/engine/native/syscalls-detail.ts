// Reader of probes/syscalls_detail.bpf.c: errors, latency and the calls of each process while somebody looks. The
// layouts below mirror the structs there.
import { constants } from 'node:os'
import type { Hist, SyscallCount, Target } from '../../stream/types.ts'
import { epochs } from './epochs.ts'
import { missedRuns } from './missed.ts'
import { loadObject } from './object.ts'
import type { BpfObject } from './object.ts'
import { difference, HIST_BYTES, HIST_WORDS, histDifference, sumPerCpu, u64, words } from './per-cpu.ts'
import { nameOfIndex } from '../proc/syscall-names.ts'

const LATENCY = { errors: HIST_BYTES, restarted: HIST_BYTES + 8, maxNs: HIST_BYTES + 16, maxEpoch: HIST_BYTES + 32 }
const LOST = ['calls', 'errnos', 'procs', 'errors']
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

/** Of whom is selected, or of all. Throws BpfError. */
export const startDetail = (
  path: string,
  target: Target | undefined,
  maxEntries?: Readonly<Record<string, number>>,
): Detail => {
  const object = loadObject(path, { maxEntries })
  const clock = epochs(object)
  const latencies = object.map('latencies')
  const errnos = object.map('errnos')
  const procs = [object.map('even_procs'), object.map('odd_procs')]
  const lostMap = object.map('detail_lost')
  const hists = new Map<number, (now: Float64Array, maxNs: number) => Hist>()
  const counters = new Map<string, (now: number) => number>()
  const lost = LOST.map(() => difference())
  const missed = missedRuns(object)
  const histWords = new Float64Array(HIST_WORDS)
  const one = new Float64Array(1)
  const lostWords = new Float64Array(LOST.length)
  const key = Buffer.alloc(4)
  clock.setTarget(target, 'all')
  object.attach()

  const changeOf = (name: string, now: number): number => {
    const known = counters.get(name) ?? difference()
    counters.set(name, known)
    return known(now)
  }

  const readLatencies = (epoch: number, byIndex: DetailReading['byIndex']): void => {
    const { count, keys, values } = latencies.all()
    const entryBytes = values.length / (keys.length / 4)
    for (let i = 0; i < count; i++) {
      const index = keys.readUInt32LE(i * 4)
      const view = words(values.subarray(i * entryBytes, (i + 1) * entryBytes))
      let maxNs = 0
      for (let base = 0; base < view.length * 4; base += latencies.valueSize) {
        const half = epoch & 1
        if (view[(base + LATENCY.maxEpoch + half * 4) >>> 2] === epoch) {
          maxNs = Math.max(maxNs, u64(view, base + LATENCY.maxNs + half * 8))
        }
      }
      const toHist = hists.get(index) ?? histDifference()
      hists.set(index, toHist)
      const latency = toHist(sumPerCpu(view, latencies.valueSize, 0, histWords), maxNs)
      const errors = changeOf(`errors ${index}`, sumPerCpu(view, latencies.valueSize, LATENCY.errors, one)[0]!)
      const restarted = changeOf(`restarted ${index}`, sumPerCpu(view, latencies.valueSize, LATENCY.restarted, one)[0]!)
      if (latency.count > 0) byIndex.set(index, { count: latency.count, latency, errors, restarted, errnos: [] })
    }
  }

  const readErrnos = (byIndex: DetailReading['byIndex']): void => {
    const { count, keys, values } = errnos.all()
    const entryBytes = values.length / (keys.length / 8)
    for (let i = 0; i < count; i++) {
      const index = keys.readUInt32LE(i * 8)
      const number = keys.readUInt32LE(i * 8 + 4)
      const view = words(values.subarray(i * entryBytes, (i + 1) * entryBytes))
      const errors = changeOf(`errno ${index} ${number}`, sumPerCpu(view, 8, 0, one)[0]!)
      if (errors > 0) byIndex.get(index)?.errnos.push({ errno: errnoName(number), count: errors })
    }
  }

  const readProcs = (epoch: number): DetailReading['byProc'] => {
    const byProc: DetailReading['byProc'] = new Map()
    const { count, keys, values } = procs[epoch & 1]!.drain()
    const entryBytes = values.length / (keys.length / 8)
    for (let i = 0; i < count; i++) {
      const pid = keys.readUInt32LE(i * 8)
      const view = words(values.subarray(i * entryBytes, (i + 1) * entryBytes))
      const proc = byProc.get(pid) ?? { errors: 0, calls: [] }
      byProc.set(pid, proc)
      proc.errors += sumPerCpu(view, 16, 8, one)[0]!
      proc.calls.push({ name: nameOfIndex(keys.readUInt32LE(i * 8 + 4)), count: sumPerCpu(view, 16, 0, one)[0]! })
    }
    for (const proc of byProc.values()) {
      proc.calls = proc.calls.sort((a, b) => b.count - a.count).slice(0, CALLS_PER_PROC)
    }
    return byProc
  }

  return {
    object,
    read() {
      const { epoch } = clock.next()
      const byIndex: DetailReading['byIndex'] = new Map()
      readLatencies(epoch, byIndex)
      readErrnos(byIndex)
      sumPerCpu(words(lostMap.lookup(key)!), lostMap.valueSize, 0, lostWords)
      const [calls, errnoNames, procCalls, procErrors] = lost.map((change, i) => change(lostWords[i]!)) as [
        number,
        number,
        number,
        number,
      ]
      for (const call of byIndex.values()) {
        call.errnos.sort((a, b) => b.count - a.count)
        const unnamed = call.errors - call.errnos.reduce((sum, { count }) => sum + count, 0)
        if (errnoNames > 0 && unnamed > 0) call.errnos.push({ errno: 'other', count: unnamed })
      }
      return {
        byIndex,
        byProc: readProcs(epoch),
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
