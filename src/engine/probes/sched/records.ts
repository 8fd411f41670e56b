// The records that probes/sched.bpf.c writes of each thread, added up by process; and those of selected threads by
// thread, too. The layouts mirror the structs there.
import type { FollowedProc, HeldIo, SchedName, FollowedThread } from '../../../stream/sched.ts'
import { heldIoIn } from '../../native/held-io.ts'
import type { Waiting } from '../../proc/io-limits.ts'
import { TICK_MS } from '../../proc/stat.ts'
import { commAt, u64, words } from '../../native/per-cpu.ts'
import { STATE, STATE_NAMES } from '../../native/states.ts'
import { blockedCalls, KEY_DISK } from '../../native/blocked-in.ts'
import { namesOf } from './names.ts'
import { busiest } from './threads.ts'
import { addCpuTime, divideCpu, noCpuTime, type CpuTime } from './cpu-time.ts'

export const RECORD = {
  tgid: 4,
  pid: 8,
  flags: 12,
  comm: 16,
  cgroup: 32,
  startedNs: 40,
  sums: 48,
  switches: 52,
  waits: 56,
  waitNs: 64,
  waitMaxNs: 72,
  preemptedNs: 80,
  throttledNs: 88,
  onCpuNs: 96,
  sleepNs: 104,
  diskNs: 112,
  stoppedNs: 120,
  tracedNs: 128,
  frozenNs: 136,
  calls: 144,
  otherCallsNs: 208,
  userNs: 216,
  systemNs: 224,
  ranNs: 232,
  bytes: 240,
}
const IDLE = { state: 12, ageNs: 48, call: 56, flags: 60, bytes: 64 }
const CALLS = 4
/** States that most threads are never in: absent where there was nothing of them. */
export const RARE = ['throttledNs', 'stoppedNs', 'tracedNs', 'frozenNs'] as const
/** Where a thread spent an interval of which nothing else is known, by its state. */
export const TIMES: Readonly<Record<number, (typeof RARE)[number] | undefined>> = {
  [STATE.throttled]: 'throttledNs',
  [STATE.stopped]: 'stoppedNs',
  [STATE.traced]: 'tracedNs',
  [STATE.frozen]: 'frozenNs',
}
const EXITED = 1
const SELECTED = 2
const HELD_SHIFT = 16
/** Of its process. */
const LAST = 4
/** As /proc counts. */
const TICK_NS = TICK_MS * 1e6
/** More than there can be. */
const PIDS = 2 ** 22 + 1
/** What is sent of a process or thread, and what that is made from; beside it, as copying hundreds of records takes
 * longer than adding them up. */
export interface Sums<S extends FollowedProc | FollowedThread = FollowedProc | FollowedThread> {
  sent: S
  byKey: Map<number, number>
  otherCallsNs: number
  /** By the kernel's own accounts of its threads. */
  cpu: CpuTime
  /** Threads held, and their time in state D, by the bits that say what holds them. */
  held?: Map<number, { threads: number; ns: number }>
}

interface ProcSums extends Sums<FollowedProc> {
  cgroupId: number
  /** A selected thread has a name of its own, that of the process is with all others and its first one. */
  isNamed: boolean
}

export interface Gathered {
  /** By number and start. */
  procs: Map<number, ProcSums>
  /** Selected ones, by number. */
  threads: Map<number, Sums<FollowedThread>>
}

export const gathered = (): Gathered => ({ procs: new Map(), threads: new Map() })

/** Adds the records in `buffer` (from the iterator or from `ended`). */
export const addRecords = (buffer: Buffer, intervalNs: number, { procs, threads }: Gathered): void => {
  const view = words(buffer)
  for (let at = 0, size = 0; at < buffer.length; at += size) {
    size = view[at >>> 2]!
    const isIdle = size === IDLE.bytes
    if (!isIdle && size !== RECORD.bytes) throw new Error(`unexpected record of ${size} bytes`)
    const tgid = view[(at + RECORD.tgid) >>> 2]!
    const tid = view[(at + RECORD.pid) >>> 2]!
    const flags = view[(at + (isIdle ? IDLE.flags : RECORD.flags)) >>> 2]!
    const startedTicks = Math.floor(u64(view, at + RECORD.startedNs) / TICK_NS)
    const key = startedTicks * PIDS + tgid
    let proc = procs.get(key)
    if (!proc) procs.set(key, (proc = emptyProc(tgid, startedTicks * TICK_MS, u64(view, at + RECORD.cgroup))))
    if (!proc.isNamed) {
      proc.isNamed = tid === tgid || !(flags & SELECTED) || (flags & LAST) !== 0
      proc.sent.comm = commAt(buffer, at + RECORD.comm)
    }
    // a first thread that has ended is there for the name
    if (isIdle && view[(at + IDLE.state) >>> 2] === STATE.dead) continue
    proc.sent.threads++
    const add = isIdle ? addIdle : addSums
    add(proc, view, at, intervalNs)
    const held = flags & EXITED ? 0 : flags >>> HELD_SHIFT
    const heldNs = isIdle ? intervalNs : u64(view, at + RECORD.diskNs)
    if (held) addHeld(proc, held, heldNs)
    if (flags & LAST) noteEnd(proc.sent, flags)
    if (flags & SELECTED) {
      let thread = threads.get(tid)
      if (!thread) threads.set(tid, (thread = emptyThread(tgid, tid, commAt(buffer, at + RECORD.comm))))
      add(thread, view, at, intervalNs)
      if (held) addHeld(thread, held, heldNs)
      if (flags & EXITED) noteEnd(thread.sent, flags)
      else thread.sent.state = STATE_NAMES[isIdle ? view[(at + IDLE.state) >>> 2]! : (flags >>> 8) & 0xff]
    }
  }
}

const emptyProc = (pid: number, startedMs: number, cgroupId: number): ProcSums => ({
  sent: {
    pid,
    comm: '',
    startedMs,
    switches: 0,
    waits: 0,
    waitNs: 0,
    waitMaxNs: 0,
    onCpuNs: 0,
    sleepNs: 0,
    diskNs: 0,
    preemptedNs: 0,
    calls: [],
    threads: 0,
  },
  byKey: new Map(),
  otherCallsNs: 0,
  cpu: noCpuTime(),
  cgroupId,
  isNamed: false,
})

const emptyThread = (pid: number, tid: number, comm: string): Sums<FollowedThread> => ({
  sent: {
    pid,
    comm,
    switches: 0,
    waits: 0,
    waitNs: 0,
    waitMaxNs: 0,
    onCpuNs: 0,
    sleepNs: 0,
    diskNs: 0,
    preemptedNs: 0,
    calls: [],
    tid,
  },
  byKey: new Map(),
  otherCallsNs: 0,
  cpu: noCpuTime(),
})

/** As wait() has it: the low bits are the signal. */
const noteEnd = (sums: FollowedProc | FollowedThread, flags: number): void => {
  const code = flags >>> 16
  sums.exited = true
  if (code & 0x7f) sums.signal = code & 0x7f
  else sums.exitCode = code >>> 8
}

/** A thread without any event: it spent the whole interval in one state. */
const addIdle = ({ sent, byKey }: Sums, view: Uint32Array, at: number, intervalNs: number): void => {
  const state = view[(at + IDLE.state) >>> 2]!
  const call = view[(at + IDLE.call) >>> 2]!
  const rare = TIMES[state]
  if (rare) sent[rare] = (sent[rare] ?? 0) + intervalNs
  else if (state === STATE.running) sent.onCpuNs += intervalNs
  else if (state === STATE.sleep) {
    sent.sleepNs += intervalNs
    byKey.set(call, (byKey.get(call) ?? 0) + intervalNs)
  } else if (state === STATE.disk) {
    sent.diskNs += intervalNs
    byKey.set(call | KEY_DISK, (byKey.get(call | KEY_DISK) ?? 0) + intervalNs)
  } else {
    sent.waitNs += intervalNs
    sent.waitMaxNs = Math.max(sent.waitMaxNs, u64(view, at + IDLE.ageNs))
    if (state === STATE.preempted) sent.preemptedNs += intervalNs
  }
}

const addHeld = (sums: Sums, bits: number, ns: number): void => {
  const all = (sums.held ??= new Map())
  const one = all.get(bits) ?? { threads: 0, ns: 0 }
  all.set(bits, { threads: one.threads + 1, ns: one.ns + ns })
}

/** What holds most of its threads. */
const heldIn = ({ held }: Sums): { heldIo: HeldIo; level: number } | undefined => {
  const [bits, most] = [...(held ?? [])].sort((a, b) => b[1].threads - a[1].threads)[0] ?? [0]
  const found = heldIoIn(bits)
  return found && most && { heldIo: { by: found.by, ...most }, level: found.level }
}

const addSums = (sums: Sums, view: Uint32Array, at: number): void => {
  const { sent, byKey } = sums
  sent.switches += view[(at + RECORD.switches) >>> 2]!
  sent.waits += view[(at + RECORD.waits) >>> 2]!
  sent.waitNs += u64(view, at + RECORD.waitNs)
  sent.waitMaxNs = Math.max(sent.waitMaxNs, u64(view, at + RECORD.waitMaxNs))
  sent.preemptedNs += u64(view, at + RECORD.preemptedNs)
  sent.onCpuNs += u64(view, at + RECORD.onCpuNs)
  sent.sleepNs += u64(view, at + RECORD.sleepNs)
  sent.diskNs += u64(view, at + RECORD.diskNs)
  for (const field of RARE) {
    const ns = u64(view, at + RECORD[field])
    if (ns > 0) sent[field] = (sent[field] ?? 0) + ns
  }
  for (let i = 0; i < CALLS; i++) {
    const key = view[(at + RECORD.calls + i * 16 + 8) >>> 2]!
    if (key === 0) break
    byKey.set(key, (byKey.get(key) ?? 0) + u64(view, at + RECORD.calls + i * 16))
  }
  sums.otherCallsNs += u64(view, at + RECORD.otherCallsNs)
  if (u64(view, at + RECORD.onCpuNs) > 0)
    addCpuTime(sums.cpu, {
      userNs: u64(view, at + RECORD.userNs),
      systemNs: u64(view, at + RECORD.systemNs),
      ranNs: u64(view, at + RECORD.ranNs),
    })
}

/** As they are sent; `pathOf` a control group's number. Threads with the most activity come first. */
export const finished = (
  { procs, threads }: Gathered,
  pathOf: (id: number) => string | undefined,
): { procs: FollowedProc[]; threads: FollowedThread[]; names(): SchedName[]; limited: Waiting[] } => ({
  names: () => namesOf(threads.values(), () => emptyProc(0, 0, 0)).map((name) => withCalls(name)),
  limited: [...procs.values()].flatMap((sums): Waiting[] => {
    const held = heldIn(sums)
    return held?.heldIo.by === 'limit' ? [{ pid: sums.sent.pid, level: held.level, threads: held.heldIo.threads }] : []
  }),
  procs: Array.from(procs.values(), (sums) => {
    const sent = withCalls(sums)
    const cgroup = pathOf(sums.cgroupId)
    if (cgroup !== undefined) sent.cgroup = cgroup
    return sent
  }),
  threads: busiest([...threads.values()].map(withCalls)),
})

const withCalls = <S extends FollowedProc | FollowedThread>(sums: Sums<S>): S => {
  const { sent, byKey, otherCallsNs } = sums
  divideCpu(sent, sums.cpu)
  const held = heldIn(sums)
  if (held) sent.heldIo = held.heldIo
  sent.calls.push(...blockedCalls(byKey, otherCallsNs))
  return sent
}
