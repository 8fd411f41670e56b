// The records that probes/sched.bpf.c writes of each thread, added up by process; and those of selected threads by
// thread, too. Most processes have one thread, which sleeps from one interval to the next: of these the very same object
// is given again, with the time of the new interval, so that whoever made something of it need not make that anew.
import type { FollowedProc, HeldIo, SchedName, SchedProc, FollowedThread } from '../../../stream/sched-types.ts'
import type { GroupOf, Groups } from '../../proc/groups.ts'
import type { Waiting } from '../../proc/io-limits.ts'
import { turnMs } from '../../proc/turn.ts'
import { TICK_MS } from '../../../source/proc-stat.ts'
import { commAt, u64, words } from '../../native/per-cpu.ts'
import { RARE, type RecordLayout } from './record-layout.ts'
import { namesOf, type Sums } from './name-sums.ts'
import { goOn, stillReader } from './still.ts'
import { busiest } from './target-threads.ts'
import { addCpuTime, divideCpu } from './cpu-time.ts'
import { addHeld, emptyProc, emptyThread, notStill, type ProcSums } from './empty-sums.ts'

/** As /proc counts. */
const TICK_NS = TICK_MS * 1e6
/** More than there can be. */
const PIDS = 2 ** 22 + 1
interface Gathered {
  epoch: number
  /** In the order in which they were met. */
  all: ProcSums[]
  /** By number and start, without those that sleep on. */
  procs: Map<number, ProcSums>
  /** Selected ones, by number. */
  threads: Map<number, Sums<FollowedThread>>
}

/** Groups of those that sleep on are asked for so often, and whenever anybody else has found one to be another. */
const AGAIN_MS = 5000

interface SchedRecords {
  /** Begins with an interval, and with what was met of it as the one before was read. */
  begin(epoch: number, intervalNs: number): Gathered
  /** Adds the records in `buffer` (from the iterator or from `ended`). */
  add(buffer: Buffer, intervalNs: number, to: Gathered): void
  /** As they are sent. Threads with the most activity come first. */
  finished(
    gathered: Gathered,
    groups: Groups,
  ): {
    procs: FollowedProc[]
    /** Of these the ones that did not just sleep on. */
    active: FollowedProc[]
    threads: FollowedThread[]
    names(): SchedName[]
    limited: Waiting[]
  }
  /** Those that will be given again while nothing of them changes. */
  still: Pick<ReadonlySet<SchedProc>, 'has'>
}

export const schedRecords = ({
  record,
  idle,
  flags: { exited, selected, last, read, stateShift, state: stateMask, heldShift, codeShift },
  states,
  stateNames,
  rareTimes,
  calls,
  heldIo,
  mostCalls,
  callBytes,
}: RecordLayout): SchedRecords => {
  const callStep = callBytes >>> 2
  const stills = stillReader(idle)
  /** Those that slept on when they were last met, by number. */
  const sleepers = new Map<number, ProcSums>()
  const given = new WeakSet<SchedProc>()
  /** Of threads that ended after they had been read. */
  let later: Buffer[] = []
  let interval = 0
  let askedMs = -Infinity
  let changes = -1

  /** As wait() has it: the low bits are the signal. */
  const noteEnd = (sums: FollowedProc | FollowedThread, flags: number): void => {
    const code = flags >>> codeShift
    sums.exited = true
    if (code & 0x7f) sums.signal = code & 0x7f
    else sums.exitCode = code >>> 8
  }

  /** A thread without any event: it spent the whole interval in one state. */
  const addIdle = ({ sent, byKey }: Sums, view: Uint32Array, at: number, intervalNs: number): void => {
    const state = view[(at + idle.state) >>> 2]!
    const call = view[(at + idle.call) >>> 2]!
    const rare = rareTimes[state]
    if (rare) sent[rare] = (sent[rare] ?? 0) + intervalNs
    else if (state === states.running) sent.onCpuNs += intervalNs
    else if (state === states.sleep) {
      sent.sleepNs += intervalNs
      byKey.set(call, (byKey.get(call) ?? 0) + intervalNs)
    } else if (state === states.disk) {
      sent.uninterruptibleNs += intervalNs
      byKey.set(call | calls.disk, (byKey.get(call | calls.disk) ?? 0) + intervalNs)
    } else {
      sent.waitNs += intervalNs
      sent.waitMaxNs = Math.max(sent.waitMaxNs, u64(view, at + idle.ageNs))
      if (state === states.preempted) sent.preemptedNs += intervalNs
    }
  }

  const addSums = (sums: Sums, view: Uint32Array, at: number): void => {
    const { sent, byKey } = sums
    sent.switches += view[(at + record.switches) >>> 2]!
    sent.waits += view[(at + record.waits) >>> 2]!
    sent.waitNs += u64(view, at + record.waitNs)
    sent.waitMaxNs = Math.max(sent.waitMaxNs, u64(view, at + record.waitMaxNs))
    sent.preemptedNs += u64(view, at + record.preemptedNs)
    sent.onCpuNs += u64(view, at + record.onCpuNs)
    sent.sleepNs += u64(view, at + record.sleepNs)
    sent.uninterruptibleNs += u64(view, at + record.uninterruptibleNs)
    for (let i = 0; i < RARE.length; i++) {
      const field = RARE[i]!
      const ns = u64(view, at + record[field])
      if (ns > 0) sent[field] = (sent[field] ?? 0) + ns
    }
    for (let i = 0, word = at >>> 2; i < mostCalls; i++, word += callStep) {
      const key = view[word + (record.callKeys >>> 2)]!
      if (key === 0) break
      byKey.set(key, (byKey.get(key) ?? 0) + u64(view, word * 4 + record.callTimes))
    }
    sums.otherCallsNs += u64(view, at + record.otherCallsNs)
    if (u64(view, at + record.onCpuNs) > 0)
      addCpuTime(sums.cpu, {
        userNs: u64(view, at + record.userNs),
        systemNs: u64(view, at + record.systemNs),
        ranNs: u64(view, at + record.ranNs),
      })
  }

  /** What holds most of its threads. */
  const heldIn = ({ held }: Sums): { heldIo: HeldIo; level: number } | undefined => {
    if (!held) return undefined
    const [bits, most] = [...held].sort((a, b) => b[1].threads - a[1].threads)[0]!
    const found = heldIo(bits)
    return found && { heldIo: { by: found.by, ...most }, level: found.level }
  }

  const limitOf = (sums: ProcSums): Waiting | undefined => {
    const held = heldIn(sums)
    return held?.heldIo.by === 'limit'
      ? { pid: sums.sent.pid, level: held.level, threads: held.heldIo.threads }
      : undefined
  }

  /** Who has another one is given as another, as whoever made something of it need know. */
  const nameGroup = (sums: ProcSums, groupOf: GroupOf): void => {
    const { pid, startedMs, cgroup: before } = sums.sent
    const cgroup = groupOf(pid, startedMs!, sums.cgroupId)
    if (sums.still?.goesOn && cgroup !== before) {
      const { cgroup: _, ...moved } = sums.sent
      sums.sent = moved
    }
    if (cgroup !== undefined) sums.sent.cgroup = cgroup
    if (sums.still) given.add(sums.sent)
  }

  const withCalls = <S extends FollowedProc | FollowedThread>(sums: Sums<S>): S => {
    const { sent, byKey, otherCallsNs } = sums
    divideCpu(sent, sums.cpu)
    const held = heldIn(sums)
    if (held) sent.heldIo = held.heldIo
    sent.calls = calls.sorted(byKey, otherCallsNs)
    return sent
  }

  /** One that sleeps on, if it was met in this interval. */
  const metSleeper = (tgid: number, startedTicks: number): ProcSums | undefined => {
    const sleeper = sleepers.get(tgid)
    return sleeper?.still!.met === interval && sleeper.sent.startedMs === startedTicks * TICK_MS ? sleeper : undefined
  }

  const add: SchedRecords['add'] = (buffer, intervalNs, { epoch, all, procs, threads }) => {
    const view = words(buffer)
    const signed = new Int32Array(view.buffer, view.byteOffset, view.length)
    for (let at = 0, size = 0; at < buffer.length; at += size) {
      size = signed[(at + record.bytes) >>> 2]!
      const isIdle = size === idle.size
      if (!isIdle && size !== record.size) throw new Error(`unexpected record of ${size} bytes`)
      const tid = signed[(at + (isIdle ? idle.pid : record.pid)) >>> 2]!
      const sleeper = isIdle ? sleepers.get(tid) : undefined
      if (sleeper && stills.isSame(sleeper.still!.words, signed, at)) {
        goOn(sleeper.still!, sleeper.sent, intervalNs, interval)
        all.push(sleeper)
        continue
      }
      const tgid = signed[(at + (isIdle ? idle.tgid : record.tgid)) >>> 2]!
      const flags = view[(at + (isIdle ? idle.flags : record.flags)) >>> 2]!
      if (!isIdle && flags & read && view[(at + record.epoch) >>> 2] !== epoch) {
        later.push(Buffer.from(buffer.subarray(at, at + size)))
        continue
      }
      const commOffset = at + (isIdle ? idle.comm : record.comm)
      const startedTicks = Math.floor(u64(view, at + (isIdle ? idle.startedNs : record.startedNs)) / TICK_NS)
      const key = startedTicks * PIDS + tgid
      const known = procs.get(key) ?? metSleeper(tgid, startedTicks)
      let proc = known
      if (!proc) {
        const cgroup = u64(view, at + (isIdle ? idle.cgroup : record.cgroup))
        const isStill = isIdle && tid === tgid && flags === 0 && signed[(at + idle.state) >>> 2] === states.sleep
        procs.set(key, (proc = emptyProc(tgid, startedTicks * TICK_MS, cgroup)))
        all.push(proc)
        if (isStill) {
          proc.still = stills.of(signed, at, interval)
          sleepers.set(tgid, proc)
        } else sleepers.delete(tgid)
      } else if (proc.still) {
        procs.set(key, (proc = notStill(proc)))
        all[all.lastIndexOf(known!)] = proc
        sleepers.delete(tgid)
      }
      if (!proc.isNamed) {
        proc.isNamed = tid === tgid || !(flags & selected) || (flags & last) !== 0
        proc.sent.comm = commAt(buffer, commOffset)
      }
      // a first thread that has ended is there for the name
      if (isIdle && view[(at + idle.state) >>> 2] === states.dead) continue
      proc.sent.threads++
      const addTo = isIdle ? addIdle : addSums
      addTo(proc, view, at, intervalNs)
      const held = flags & exited ? 0 : flags >>> heldShift
      const heldNs = isIdle ? intervalNs : u64(view, at + record.uninterruptibleNs)
      if (held) addHeld(proc, held, heldNs)
      if (flags & last) noteEnd(proc.sent, flags)
      if (flags & selected) {
        let thread = threads.get(tid)
        if (!thread) threads.set(tid, (thread = emptyThread(tgid, tid, commAt(buffer, commOffset))))
        addTo(thread, view, at, intervalNs)
        if (held) addHeld(thread, held, heldNs)
        if (flags & exited) noteEnd(thread.sent, flags)
        else
          thread.sent.state = stateNames[isIdle ? view[(at + idle.state) >>> 2]! : (flags >>> stateShift) & stateMask]
      }
    }
  }

  return {
    still: given,
    add,
    begin(epoch, intervalNs) {
      interval++
      const gathered: Gathered = { epoch, all: [], procs: new Map(), threads: new Map() }
      const before = Buffer.concat(later)
      later = []
      add(before, intervalNs, gathered)
      return gathered
    },
    finished({ all, threads }, groups) {
      const nowMs = turnMs()
      const asksAll = nowMs - askedMs >= AGAIN_MS || changes !== groups.changes()
      if (asksAll) askedMs = nowMs
      const procs: FollowedProc[] = []
      const active: FollowedProc[] = []
      const limited: Waiting[] = []
      let met = 0
      for (let i = 0; i < all.length; i++) {
        const sums = all[i]!
        const { still } = sums
        if (still) met++
        if (!still?.goesOn) {
          const waiting = limitOf(sums)
          if (waiting) limited.push(waiting)
          active.push(withCalls(sums))
        }
        if (asksAll || !still?.goesOn || sums.sent.cgroup === undefined) nameGroup(sums, groups)
        procs.push(sums.sent)
      }
      changes = groups.changes()
      // who has ended
      if (met !== sleepers.size)
        for (const [pid, { still }] of sleepers) if (still!.met !== interval) sleepers.delete(pid)
      return {
        procs,
        active,
        threads: busiest([...threads.values()].map(withCalls)),
        names: () => namesOf(threads.values(), () => emptyProc(0, 0, 0)).map((name) => withCalls(name)),
        limited,
      }
    },
  }
}
