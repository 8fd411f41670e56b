// The records that probes/sched.bpf.c writes of each thread, added up by process; and those of selected threads by
// thread, too. The layouts mirror the structs there.
import type { BlockedCall, SchedProc, SchedThread } from '../../stream/types.ts'
import { commAt, u64, words } from './per-cpu.ts'
import { syscallName } from './syscall-names.ts'

export const RECORD = {
  tgid: 4, pid: 8, flags: 12, comm: 16, cgroup: 32, sums: 40,
  switches: 44, waits: 48, waitNs: 56, waitMaxNs: 64, preemptedNs: 72, onCpuNs: 80, sleepNs: 88, diskNs: 96,
  calls: 104, otherCallsNs: 168, bytes: 176,
}
const IDLE = { state: 12, ageNs: 40, call: 48, flags: 52, bytes: 56 }
const CALLS = 4
const STATE = { running: 1, waiting: 2, preempted: 3, sleep: 4, disk: 5 }
const STATE_NAMES = [undefined, 'running', 'waiting', 'preempted', 'sleeping', 'disk'] as const
const EXITED = 1
const SELECTED = 2
/** Of selected threads; those that did least are left out. */
export const MOST_THREADS = 1000

/** Name of the call in a key of the kernel program, and how it blocked. */
export const blockedIn = (key: number): Omit<BlockedCall, 'ns'> => ({
  call: key & 0x40000 ? 'kernel' : key & 0x80000 ? 'page fault' : syscallName(key & 0xffff, (key & 0x10000) !== 0),
  state: key & 0x20000 ? 'D' : 'S',
})

interface Sums extends Omit<SchedProc, 'threads'> {
  byKey: Map<number, number>
  otherCallsNs: number
}

interface ProcSums extends Sums {
  threads: number
  cgroupId: number
  /** A selected thread has a name of its own, that of the process is with all others and its first one. */
  isNamed: boolean
}

interface ThreadSums extends Sums {
  tid: number
  state?: SchedThread['state']
}

export interface Gathered {
  procs: Map<number, ProcSums>
  /** Selected ones, by number. */
  threads: Map<number, ThreadSums>
}

export const gathered = (): Gathered => ({ procs: new Map(), threads: new Map() })

/** Adds the records in `buffer` (from the iterator or from `ended`). */
export const addRecords = (buffer: Buffer, intervalNs: number, { procs, threads }: Gathered): void => {
  const view = words(buffer)
  for (let at = 0; at < buffer.length; ) {
    const size = view[at >>> 2]!
    const isIdle = size === IDLE.bytes
    if (!isIdle && size !== RECORD.bytes) throw new Error(`unexpected record of ${size} bytes`)
    const tgid = view[(at + RECORD.tgid) >>> 2]!
    const tid = view[(at + RECORD.pid) >>> 2]!
    const flags = view[(at + (isIdle ? IDLE.flags : RECORD.flags)) >>> 2]!
    let proc = procs.get(tgid)
    if (!proc) procs.set(tgid, proc = { ...emptySums(tgid, ''), threads: 0, cgroupId: u64(view, at + RECORD.cgroup), isNamed: false })
    if (!proc.isNamed) {
      proc.isNamed = tid === tgid || !(flags & SELECTED)
      proc.comm = commAt(buffer, at + RECORD.comm)
    }
    proc.threads++
    const add = isIdle ? addIdle : addSums
    add(proc, view, at, intervalNs)
    if (flags & EXITED && tid === tgid) noteEnd(proc, flags)
    if (flags & SELECTED) {
      let thread = threads.get(tid)
      if (!thread) threads.set(tid, thread = { ...emptySums(tgid, commAt(buffer, at + RECORD.comm)), tid })
      add(thread, view, at, intervalNs)
      if (flags & EXITED) noteEnd(thread, flags)
      else thread.state = STATE_NAMES[isIdle ? view[(at + IDLE.state) >>> 2]! : (flags >>> 8) & 0xff]
    }
    at += size
  }
}

const emptySums = (pid: number, comm: string): Sums => ({
  pid, comm, switches: 0, waits: 0, waitNs: 0, waitMaxNs: 0, onCpuNs: 0, sleepNs: 0, diskNs: 0,
  preemptedNs: 0, calls: [], byKey: new Map(), otherCallsNs: 0,
})

/** As wait() has it: the low bits are the signal. */
const noteEnd = (sums: Sums, flags: number): void => {
  const code = flags >>> 16
  sums.exited = true
  if (code & 0x7f) sums.signal = code & 0x7f
  else sums.exitCode = code >>> 8
}

/** A thread without any event: it spent the whole interval in one state. */
const addIdle = (proc: Sums, view: Uint32Array, at: number, intervalNs: number): void => {
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

const addSums = (proc: Sums, view: Uint32Array, at: number): void => {
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
}

/** As they are sent; `pathOf` a control group's number. Threads with the most activity come first. */
export const finished = ({ procs, threads }: Gathered, pathOf: (id: number) => string | undefined): { procs: SchedProc[]; threads: SchedThread[] } => ({
  procs: [...procs.values()].map(({ cgroupId, isNamed: _, ...sums }) => {
    const cgroup = pathOf(cgroupId)
    return { ...withCalls(sums), ...(cgroup === undefined ? {} : { cgroup }) }
  }),
  threads: [...threads.values()].sort((a, b) => activity(b) - activity(a)).slice(0, MOST_THREADS).map(withCalls),
})

const activity = ({ onCpuNs, waitNs, diskNs }: Sums): number => onCpuNs + waitNs + diskNs

/** Calls by time, at most eight; the rest is `other`. */
const withCalls = <S extends Sums>({ byKey, otherCallsNs, ...sums }: S): Omit<S, 'byKey' | 'otherCallsNs'> => {
  const calls = [...byKey].filter(([, ns]) => ns > 0).sort((a, b) => b[1] - a[1])
  sums.calls = calls.slice(0, 8).map(([key, ns]) => ({ ...blockedIn(key >>> 0), ns: Math.round(ns) }))
  const rest = otherCallsNs + calls.slice(8).reduce((sum, [, ns]) => sum + ns, 0)
  if (rest > 0) sums.calls.push({ call: 'other', state: 'S', ns: Math.round(rest) })
  return sums
}
