// Reader of probes/syscalls.bpf.c: counts always, and while detail is on a second instance of the object with the
// programs that measure errors and latency. The layouts below mirror the structs there.
import { join } from 'node:path'
import { constants } from 'node:os'
import type { Hist, SyscallCount, SyscallProc, SyscallsData, Target } from '../../stream/types.ts'
import type { ProbeContext, StartProbe } from '../probe.ts'
import { epochs } from './epochs.ts'
import { missedRuns } from './missed.ts'
import { loadObject } from './object.ts'
import type { BpfObject } from './object.ts'
import { commAt, difference, HIST_BYTES, HIST_WORDS, histDifference, sumPerCpu, u64, words } from './per-cpu.ts'
import { ABI_CALLS, INVALID_CALL, syscallName } from './syscall-names.ts'
import { objectWork } from './work.ts'

const RECORD = { tgid: 0, calls: 8, comm: 16, bytes: 32 }
const LATENCY = { errors: HIST_BYTES, maxNs: HIST_BYTES + 8, maxEpoch: HIST_BYTES + 24 }
const COUNTING = ['count_enter', 'count_exit', 'read_tasks']
const COUNTING_MAPS = ['counts', 'slots', 'threads', 'ended']
const DETAIL = ['detail_enter', 'detail_exit']
const DETAIL_MAPS = ['pending', 'latencies', 'errnos', 'even_procs', 'odd_procs', 'detail_lost', '.data.config']
const DETAIL_LOST = ['calls', 'errnos', 'procs', 'errors']
const CALLS_PER_PROC = 8

const nameOf = (index: number): string =>
  index === INVALID_CALL ? 'invalid' : syscallName(index % ABI_CALLS, index >= ABI_CALLS)

// of two names for one number (EAGAIN, EWOULDBLOCK) the first
const ERRNO_NAMES = new Map(
  Object.entries(constants.errno)
    .map(([name, number]) => [number as number, name] as const)
    .reverse(),
)
/** ENOENT and the like; the kernel's own restart codes by number. */
const errnoName = (number: number): string => ERRNO_NAMES.get(number) ?? `errno ${number}`

/** Adds the records of threads (from the iterator or from `ended`). Exported for its test. */
export const addRecords = (buffer: Buffer, procs: Map<number, SyscallProc>): void => {
  const view = words(buffer)
  for (let at = 0; at < buffer.length; at += RECORD.bytes) {
    const pid = view[(at + RECORD.tgid) >>> 2]!
    const count = u64(view, at + RECORD.calls)
    const proc = procs.get(pid)
    if (proc) proc.count += count
    else procs.set(pid, { pid, comm: commAt(buffer, at + RECORD.comm), count })
  }
}

interface DetailReading {
  byIndex: Map<number, Required<Omit<SyscallCount, 'name'>>>
  byProc: Map<number, { errors: number; calls: { name: string; count: number }[] }>
  /** Errors of processes that found no room. */
  otherErrors: number
  lost: number
}

interface Detail {
  object: BpfObject
  read(): DetailReading
  setTarget(target: Target | undefined): void
  target(): Target | undefined
  close(): void
}

const startDetail = (path: string, maxEntries: ProbeContext['maxEntries'], target: Target | undefined): Detail => {
  const object = loadObject(path, { programs: (name) => DETAIL.includes(name), skipMaps: COUNTING_MAPS, maxEntries })
  const clock = epochs(object)
  const latencies = object.map('latencies')
  const errnos = object.map('errnos')
  const procs = [object.map('even_procs'), object.map('odd_procs')]
  const lostMap = object.map('detail_lost')
  const hists = new Map<number, (now: Float64Array, maxNs: number) => Hist>()
  const counters = new Map<string, (now: number) => number>()
  const lost = DETAIL_LOST.map(() => difference())
  const missed = missedRuns(object)
  const histWords = new Float64Array(HIST_WORDS)
  const one = new Float64Array(1)
  const lostWords = new Float64Array(DETAIL_LOST.length)
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
      if (latency.count > 0) byIndex.set(index, { count: latency.count, latency, errors, errnos: [] })
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
      proc.calls.push({ name: nameOf(keys.readUInt32LE(i * 8 + 4)), count: sumPerCpu(view, 16, 0, one)[0]! })
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
    close: object.close,
  }
}

export const startSyscalls: StartProbe<'syscalls'> = ({ objects, maxEntries }) => {
  const path = join(objects, 'syscalls.bpf.o')
  const object = loadObject(path, { programs: (name) => COUNTING.includes(name), skipMaps: DETAIL_MAPS, maxEntries })
  object.attach()
  const countsMap = object.map('counts')
  const ended = object.map('ended')
  const key = Buffer.alloc(4)
  const before = new Float64Array(INVALID_CALL + 3) // the calls, those without storage, those of ended threads
  const now = new Float64Array(before.length)
  const missed = missedRuns(object)
  let detail: Detail | undefined
  let target: Target | undefined

  const read = () => {
    sumPerCpu(words(countsMap.lookup(key)!), countsMap.valueSize, 0, now)
    const change = now.map((value, i) => value - before[i]!)
    before.set(now)
    // counted by number all the same, so nothing is lost but whose calls they were
    const unnamed = change[INVALID_CALL + 1]! + change[INVALID_CALL + 2]!

    const procs = new Map<number, SyscallProc>()
    addRecords(object.iterate('read_tasks'), procs)
    const gone = ended.drain()
    addRecords(gone.values.subarray(0, gone.count * RECORD.bytes), procs)

    const data: SyscallsData = { calls: [], procs: [], detail: detail !== undefined }
    const seen = detail?.read()
    const of = detail?.target()
    for (let index = 0; index <= INVALID_CALL; index++) {
      if (change[index]! <= 0) continue
      const call: SyscallCount = { name: nameOf(index), count: change[index]! }
      if (seen && !of) {
        const more = seen.byIndex.get(index)
        if (more) Object.assign(call, { errors: more.errors, errnos: more.errnos, latency: more.latency })
      }
      data.calls.push(call)
    }
    if (seen && of) {
      data.target = { of, calls: [...seen.byIndex].map(([index, more]) => ({ name: nameOf(index), ...more })) }
    }
    let otherErrors = seen?.otherErrors ?? 0
    for (const [pid, more] of seen?.byProc ?? []) {
      const proc = procs.get(pid)
      if (proc) Object.assign(proc, more)
      else otherErrors += more.errors
    }
    data.procs = [...procs.values()]
    if (unnamed > 0 || otherErrors > 0) data.others = { count: unnamed, ...(seen ? { errors: otherErrors } : {}) }
    return { data, lost: missed() + (seen?.lost ?? 0) }
  }

  read()
  return {
    read,
    command(command) {
      if (command.cmd === 'target') {
        target = command.target
        detail?.setTarget(target)
      }
      if (command.cmd !== 'detail' || command.on === (detail !== undefined)) return
      detail?.close()
      detail = command.on ? startDetail(path, maxEntries, target) : undefined
    },
    work: objectWork(
      () => [object],
      () => (detail ? [detail.object] : []),
    ),
    close() {
      detail?.close()
      object.close()
    },
  }
}
