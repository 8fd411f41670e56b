// Reader of probes/counted.bpf.c: what each process did since the last reading, by the kernel's own accounts. Exact sums
// of its threads, also of those that ended. The kernel lets go of a thread some milliseconds after its end, or seconds later:
// what a thread does while it ends may be in a later reading.
import { join } from 'node:path'
import type { CountedProc, CountedSource, CountedThread } from '../base/counted-source.ts'
import { TICK_MS } from '../../source/proc-stat.ts'
import { needlessForMoves } from './btf.ts'
import { lostCounter } from './lost.ts'
import { loadObject } from './object.ts'
import { selectionWriter } from './selection.ts'
import { objectWork } from './work.ts'

const SUMS = ['switches', 'voluntary', 'waits', 'wait_ns', 'cpu_ns', 'read_bytes', 'write_bytes'] as const
type Since = Record<(typeof SUMS)[number], number>

/** So late, or a reading, the kernel may let go of a thread that is gone: it collects them for ten seconds (RCU_LAZY). */
const LATE_NS = 15e9

interface Account {
  sums: Float64Array
  /** When the reading began that found it last. */
  foundNs: number
  /** What it did until it began to end has been told. */
  ends: boolean
}

/** Throws BpfError. `objects`: folder of the compiled programs; `all`: also processes that did nothing. */
export const openCounted = (objects: string, { all = false } = {}): CountedSource => {
  const needless = needlessForMoves()
  const object = loadObject(join(objects, 'counted.bpf.o'), { programs: (name) => !needless.includes(name) })
  const record = object.record('counted')
  const at = {
    tgid: record.number('tgid'),
    tid: record.number('tid'),
    startedNs: record.number('started_ns'),
    cgroup: record.number('cgroup'),
    identity: record.number('identity'),
    sinceNs: record.number('since_ns'),
    comm: record.text('comm'),
    selected: record.number('selected'),
    freed: record.number('freed'),
    last: record.number('last'),
    thread: record.text('thread'),
    unsureWaits: record.number('unsure_waits'),
    unsureNs: record.number('unsure_ns'),
    sums: SUMS.map((name) => record.number(name)),
  }
  const config = object.map('.data.config')
  const ended = object.map('ended')
  const lost = lostCounter(object)
  const selection = selectionWriter(object)
  const selectionAt = object.layout('config', ['selection']).selection
  const key = Buffer.alloc(4)
  /** By identity. */
  const accounts = new Map<number, Account>()
  let threads = new Map<number, CountedThread>()
  let readNs = 0
  let openedNs = 0
  const now = new Float64Array(SUMS.length)
  /** A sum that fell (writes taken back) is nothing. */
  const since = Object.fromEntries(SUMS.map((name) => [name, 0])) as Since

  const procOf = (procs: Map<number, CountedProc>, bytes: Buffer, from: number): CountedProc => {
    const pid = at.tgid(bytes, from)
    let proc = procs.get(pid)
    if (!proc) {
      proc = {
        pid,
        comm: at.comm(bytes, from),
        startedMs: Math.floor(at.startedNs(bytes, from) / 1e6 / TICK_MS) * TICK_MS,
        cgroupId: at.cgroup(bytes, from),
        threads: 0,
        ...NOTHING,
      }
      procs.set(pid, proc)
    }
    return proc
  }

  /** Nothing is told of who began before `sinceNs` and was not found (the kernel may hide threads from iterators). */
  const take = (procs: Map<number, CountedProc>, bytes: Buffer, from: number, sinceNs: number): Account => {
    for (let i = 0; i < now.length; i++) now[i] = at.sums[i]!(bytes, from)
    const identity = at.identity(bytes, from)
    const before = accounts.get(identity)
    const account = before ?? { sums: new Float64Array(SUMS.length), foundNs: readNs, ends: false }
    const proc = procOf(procs, bytes, from)
    const isCounted = before && (before.foundNs === readNs || (before.ends && at.freed(bytes, from)))
    if (!isCounted) proc.threads++
    if (before || at.sinceNs(bytes, from) >= sinceNs) {
      for (let i = 0; i < SUMS.length; i++) since[SUMS[i]!] = Math.max(0, now[i]! - account.sums[i]!)
      since.wait_ns = surelyWaitedNs(since, at.unsureWaits(bytes, from), at.unsureNs(bytes, from))
      add(proc, since)
      if (at.selected(bytes, from)) takeThread(proc.pid, at.tid(bytes, from), at.thread(bytes, from))
    }
    account.sums.set(now)
    account.foundNs = readNs
    if (!before) accounts.set(identity, account)
    return account
  }

  /** One that ends is found up to three times in a reading. */
  const takeThread = (pid: number, tid: number, comm: string): void => {
    const thread = threads.get(tid) ?? { pid, tid, comm, switches: 0, voluntary: 0, waits: 0, waitNs: 0, cpuNs: 0 }
    addSums(thread, since)
    threads.set(tid, thread)
  }

  const read = (): CountedProc[] => {
    const beforeNs = readNs
    readNs = Number(process.hrtime.bigint())
    const lateNs = Math.max(openedNs, Math.min(beforeNs, readNs - LATE_NS))
    const procs = new Map<number, CountedProc>()
    threads = new Map()
    // in this order: no iterator finds who has been let go of, so everybody is in one of the two
    const { count, values } = ended.drain()
    const bytes = object.iterate('read_counted')
    for (let i = 0; i < count; i++) {
      const from = i * record.size
      take(procs, values, from, lateNs).ends = true
      if (at.last(values, from)) procs.get(at.tgid(values, from))!.exited = true
      if (at.freed(values, from)) accounts.delete(at.identity(values, from))
    }
    for (let from = 0; from + record.size <= bytes.length; from += record.size) take(procs, bytes, from, beforeNs)
    for (const [identity, { foundNs }] of accounts) if (foundNs < lateNs) accounts.delete(identity)
    return [...procs.values()].filter(
      (proc) =>
        all ||
        proc.exited ||
        proc.switches > 0 ||
        proc.cpuNs > 0 ||
        proc.waitNs > 0 ||
        proc.readBytes > 0 ||
        proc.writeBytes > 0,
    )
  }

  object.attach()
  readNs = openedNs = Number(process.hrtime.bigint())
  read()
  return {
    read,
    setTarget(target) {
      const value = Buffer.alloc(config.valueSize)
      const why = selection.write(value, selectionAt, target)
      config.update(key, value)
      return why
    },
    threads: () => [...threads.values()],
    lost,
    work: objectWork(() => [object]),
    close: object.close,
  }
}

const NOTHING = { switches: 0, voluntary: 0, waits: 0, waitNs: 0, cpuNs: 0, readBytes: 0, writeBytes: 0 }

/** Of waits that may have been sleep each is as long as the thread's others were on average; where it had no others nothing
 * is known of them. Exported for its test. */
export const surelyWaitedNs = (
  { waits, wait_ns: ns }: Pick<Since, 'waits' | 'wait_ns'>,
  unsureWaits: number,
  unsureNs: number,
): number => {
  const [sureWaits, sureNs] = [waits - unsureWaits, Math.max(0, ns - unsureNs)]
  return sureWaits > 0 ? sureNs + Math.min(unsureNs, (unsureWaits * sureNs) / sureWaits) : sureNs
}

const add = (proc: CountedProc, since: Since): void => {
  addSums(proc, since)
  proc.readBytes += since.read_bytes
  proc.writeBytes += since.write_bytes
}

const addSums = (to: CountedProc | CountedThread, since: Since): void => {
  to.switches += since.switches
  to.voluntary! += since.voluntary
  to.waits += since.waits
  to.waitNs += since.wait_ns
  to.cpuNs += since.cpu_ns
}
