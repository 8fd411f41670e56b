// Reader of probes/sched.bpf.c: ends an interval by raising the epoch, then reads what the threads and CPUs noted in
// it. The layouts below mirror the structs there.
import { join } from 'node:path'
import type { BlockedCall, SchedData, SchedHists, SchedProc } from '../../stream/types.ts'
import type { StartProbe } from '../probe.ts'
import { tracepointArguments } from './btf.ts'
import { epochs, targetPid } from './epochs.ts'
import { missedRuns } from './missed.ts'
import { loadObject } from './object.ts'
import { commAt, difference, HIST_BYTES, HIST_WORDS, histDifference, sumPerCpu, u64, words } from './per-cpu.ts'
import { syscallName } from './syscall-names.ts'
import { objectWork } from './work.ts'

const KINDS = ['runq', 'sleep', 'disk', 'preempted'] as const
const RECORD = {
  tgid: 4, pid: 8, flags: 12, comm: 16,
  switches: 36, waits: 40, waitNs: 48, waitMaxNs: 56, preemptedNs: 64, onCpuNs: 72, sleepNs: 80, diskNs: 88,
  calls: 96, otherCallsNs: 160, bytes: 168,
}
const IDLE = { state: 12, ageNs: 32, call: 40, bytes: 48 }
const SUMS = 32 // offset of `sums` in a record
const LOST = 2 * KINDS.length * HIST_BYTES + 2 * 2 * KINDS.length * 8 + 8
const CPU = {
  target: KINDS.length * HIST_BYTES,
  maxNs: 2 * KINDS.length * HIST_BYTES,
  maxEpoch: 2 * KINDS.length * HIST_BYTES + 2 * 2 * KINDS.length * 8,
  lost: LOST,
  unnamed: LOST + 8,
  others: LOST + 16,
}
/** Sums of threads that ended when there was no room for their names. */
type Others = NonNullable<SchedData['others']>
const OTHER_FIELDS = ['threads', 'switches', 'waits', 'waitNs', 'preemptedNs', 'onCpuNs', 'sleepNs', 'diskNs'] as const
const CALLS = 4
const STATE = { running: 1, waiting: 2, preempted: 3, sleep: 4, disk: 5 }
const EXITED = 1

/** Name of the call in a key of the kernel program, and how it blocked. */
export const blockedIn = (key: number): Omit<BlockedCall, 'ns'> => ({
  call: key & 0x40000 ? 'kernel' : key & 0x80000 ? 'page fault' : syscallName(key & 0xffff, (key & 0x10000) !== 0),
  state: key & 0x20000 ? 'D' : 'S',
})

interface Gathering extends SchedProc {
  byKey: Map<number, number>
  otherCallsNs: number
}

/** Adds the records in `buffer` (from the iterator or from `ended`) to the processes. Exported for its test. */
export const addRecords = (buffer: Buffer, intervalNs: number, procs: Map<number, Gathering>): void => {
  const view = words(buffer)
  for (let at = 0; at < buffer.length; ) {
    const size = view[at >>> 2]!
    const tgid = view[(at + RECORD.tgid) >>> 2]!
    let proc = procs.get(tgid)
    if (!proc) {
      proc = emptyProc(tgid, commAt(buffer, at + RECORD.comm))
      procs.set(tgid, proc)
    }
    proc.threads++
    if (size === IDLE.bytes) addIdle(proc, view, at, intervalNs)
    else if (size === RECORD.bytes) addSums(proc, view, at)
    else throw new Error(`unexpected record of ${size} bytes`)
    at += size
  }
}

const emptyProc = (pid: number, comm: string): Gathering => ({
  pid, comm, threads: 0, switches: 0, waits: 0, waitNs: 0, waitMaxNs: 0, onCpuNs: 0, sleepNs: 0, diskNs: 0,
  preemptedNs: 0, calls: [], byKey: new Map(), otherCallsNs: 0,
})

/** A thread without any event: it spent the whole interval in one state. */
const addIdle = (proc: Gathering, view: Uint32Array, at: number, intervalNs: number): void => {
  const state = view[(at + IDLE.state) >>> 2]!
  const call = view[(at + IDLE.call) >>> 2]!
  if (state === STATE.running) proc.onCpuNs += intervalNs
  else if (state === STATE.sleep) {
    proc.sleepNs += intervalNs
    proc.byKey.set(call, (proc.byKey.get(call) ?? 0) + intervalNs)
  } else if (state === STATE.disk) {
    proc.diskNs += intervalNs
    proc.byKey.set(call | 0x20000, (proc.byKey.get(call | 0x20000) ?? 0) + intervalNs)
  } else {
    proc.waitNs += intervalNs
    proc.waitMaxNs = Math.max(proc.waitMaxNs, u64(view, at + IDLE.ageNs))
    if (state === STATE.preempted) proc.preemptedNs += intervalNs
  }
}

const addSums = (proc: Gathering, view: Uint32Array, at: number): void => {
  proc.switches += view[(at + RECORD.switches) >>> 2]!
  proc.waits += view[(at + RECORD.waits) >>> 2]!
  proc.waitNs += u64(view, at + RECORD.waitNs)
  proc.waitMaxNs = Math.max(proc.waitMaxNs, u64(view, at + RECORD.waitMaxNs))
  proc.preemptedNs += u64(view, at + RECORD.preemptedNs)
  proc.onCpuNs += u64(view, at + RECORD.onCpuNs)
  proc.sleepNs += u64(view, at + RECORD.sleepNs)
  proc.diskNs += u64(view, at + RECORD.diskNs)
  for (let i = 0; i < CALLS; i++) {
    const key = view[(at + RECORD.calls + i * 16 + 8) >>> 2]!
    if (key === 0) break
    proc.byKey.set(key, (proc.byKey.get(key) ?? 0) + u64(view, at + RECORD.calls + i * 16))
  }
  proc.otherCallsNs += u64(view, at + RECORD.otherCallsNs)
  if (view[(at + RECORD.flags) >>> 2] === EXITED && view[(at + RECORD.pid) >>> 2] === proc.pid) proc.exited = true
}

/** A process as it is sent: calls by time, at most eight; the rest is `other`. */
const finish = ({ byKey, otherCallsNs, ...proc }: Gathering): SchedProc => {
  const calls = [...byKey].filter(([, ns]) => ns > 0).sort((a, b) => b[1] - a[1])
  proc.calls = calls.slice(0, 8).map(([key, ns]) => ({ ...blockedIn(key >>> 0), ns: Math.round(ns) }))
  const rest = otherCallsNs + calls.slice(8).reduce((sum, [, ns]) => sum + ns, 0)
  if (rest > 0) proc.calls.push({ call: 'other', state: 'S', ns: Math.round(rest) })
  return proc
}

export const startSched: StartProbe<'sched'> = ({ objects }) => {
  const stateIsArgument = tracepointArguments(['sched_switch']).get('sched_switch')! >= 4
  const object = loadObject(join(objects, 'sched.bpf.o'), {
    programs: (name) => name !== (stateIsArgument ? 'switch_plain' : 'switch_state'),
  })
  const clock = epochs(object)
  object.attach()
  // twice: the kernel's pool of storage is small and refilled on demand
  object.iterate('start_tasks')
  object.iterate('start_tasks')

  const cpus = object.map('cpus')
  const ended = object.map('ended')
  const key = Buffer.alloc(4)
  const differences = [...KINDS, ...KINDS].map(() => histDifference())
  const counters = new Float64Array(HIST_WORDS)
  const lost = difference()
  const missed = missedRuns(object)
  const otherDifferences = Object.fromEntries(OTHER_FIELDS.map((field) => [field, difference()])) as Record<
    keyof Others, (now: number) => number
  >

  const read = () => {
    const { epoch, intervalNs } = clock.next()
    // the counters know no epoch: read first, they are some microseconds late at most
    const view = words(cpus.lookup(key)!)
    const gathered = new Map<number, Gathering>()
    addRecords(object.iterate('read_tasks'), intervalNs, gathered)
    const gone = ended.drain()
    addRecords(gone.values.subarray(0, gone.count * ended.valueSize), intervalNs, gathered)

    const stride = cpus.valueSize >>> 2
    const maxOf = (kind: number): number => {
      let max = 0
      for (let base = 0; base < view.length; base += stride) {
        if (view[base + ((CPU.maxEpoch + (epoch & 1) * 4) >>> 2)] !== epoch) continue
        max = Math.max(max, u64(view, base * 4 + CPU.maxNs + ((epoch & 1) * 2 * KINDS.length + kind) * 8))
      }
      return max
    }
    const hists = (first: number): SchedHists =>
      Object.fromEntries(
        KINDS.map((name, i) => [
          name,
          differences[first + i]!(sumPerCpu(view, cpus.valueSize, (first + i) * HIST_BYTES, counters), maxOf(first + i)),
        ]),
      ) as unknown as SchedHists
    const total = (byteOffset: number): number => sumPerCpu(view, cpus.valueSize, byteOffset, new Float64Array(1))[0]!
    const total32 = (byteOffset: number): number => {
      let sum = 0
      for (let base = 0; base < view.length; base += stride) sum += view[base + (byteOffset >>> 2)]!
      return sum
    }

    const target = hists(KINDS.length)
    const data: SchedData = { ...hists(0), procs: [...gathered.values()].map(finish) }
    if (clock.target() !== 0) data.target = { of: { is: 'process', pid: clock.target() }, ...target }
    const otherNow = (field: keyof Others): number =>
      field === 'threads' ? total(CPU.unnamed)
        : (field === 'switches' || field === 'waits' ? total32 : total)(CPU.others + RECORD[field] - SUMS)
    const others = Object.fromEntries(
      OTHER_FIELDS.map((field) => [field, otherDifferences[field](otherNow(field))]),
    ) as unknown as Others
    if (others.switches > 0) data.others = others
    return { data, lost: lost(total(CPU.lost)) + missed() }
  }

  read() // what happened while attaching belongs to no interval
  return {
    read,
    command: (command) => {
      if (command.cmd === 'target') clock.setTarget(targetPid(command.target))
    },
    work: objectWork(() => [object]),
    close: object.close,
  }
}
