// Reader of probes/counted.bpf.c: what each process did since the last reading, by the kernel's own accounts. Exact sums
// of its threads; of threads that ended meanwhile only switches and CPU time, of processes that ended nothing.
import { join } from 'node:path'
import type { CountedProc, CountedSource } from '../counted-source.ts'
import { TICK_MS } from '../proc/stat.ts'
import { loadObject } from './object.ts'
import { objectWork } from './work.ts'

const SUMS = ['switches', 'waits', 'wait_ns', 'cpu_ns', 'read_bytes', 'write_bytes'] as const
/** Of threads that ended, by the place of the sum they belong to. */
const ENDED = { ended_switches: 0, ended_cpu_ns: 3 } as const

/** A thread, and with a main thread what its process keeps of others. */
interface Account {
  task: number
  sums: Float64Array
  reading: number
}

/** Throws BpfError. `objects`: folder of the compiled programs; `all`: also processes that did nothing. */
export const openCounted = (objects: string, { all = false } = {}): CountedSource => {
  const object = loadObject(join(objects, 'counted.bpf.o'))
  const record = object.record('counted')
  const at = {
    tgid: record.number('tgid'),
    tid: record.number('tid'),
    startedNs: record.number('started_ns'),
    cgroup: record.number('cgroup'),
    task: record.number('task'),
    comm: record.text('comm'),
    sums: SUMS.map((name) => record.number(name)),
    ended: Object.entries(ENDED).map(([name, place]) => [place, record.number(name)] as const),
  }
  const accounts = new Map<number, Account>()
  let reading = 0
  const now = new Float64Array(SUMS.length)

  const read = (): CountedProc[] => {
    const bytes = object.iterate('read_counted')
    const procs = new Map<number, CountedProc>()
    const isFirst = reading++ === 0
    for (let from = 0; from + record.size <= bytes.length; from += record.size) {
      for (let i = 0; i < now.length; i++) now[i] = at.sums[i]!(bytes, from)
      for (const [place, ended] of at.ended) now[place]! += ended(bytes, from)
      const tid = at.tid(bytes, from)
      const task = at.task(bytes, from)
      const known = accounts.get(tid)
      const before = known?.task === task ? known : undefined
      const account = before ?? { task, sums: new Float64Array(SUMS.length), reading }
      const pid = at.tgid(bytes, from)
      let proc = procs.get(pid)
      if (!proc) {
        proc = {
          pid,
          comm: at.comm(bytes, from),
          startedMs: Math.floor(at.startedNs(bytes, from) / 1e6 / TICK_MS) * TICK_MS,
          cgroupId: at.cgroup(bytes, from),
          threads: 0,
          switches: 0,
          waits: 0,
          waitNs: 0,
          cpuNs: 0,
          readBytes: 0,
          writeBytes: 0,
        }
        procs.set(pid, proc)
      }
      proc.threads++
      if (!isFirst) add(proc, now, account.sums)
      account.sums.set(now)
      account.reading = reading
      if (!before) accounts.set(tid, account)
    }
    for (const [tid, account] of accounts) if (account.reading !== reading) accounts.delete(tid)
    return [...procs.values()].filter(
      (proc) =>
        all || proc.switches > 0 || proc.cpuNs > 0 || proc.waitNs > 0 || proc.readBytes > 0 || proc.writeBytes > 0,
    )
  }

  read()
  return { read, work: objectWork(() => [object]), close: object.close }
}

/** A sum that fell (writes taken back) is nothing. */
const add = (proc: CountedProc, now: Float64Array, before: Float64Array): void => {
  const since = (i: number): number => Math.max(0, now[i]! - before[i]!)
  proc.switches += since(0)
  proc.waits += since(1)
  proc.waitNs += since(2)
  proc.cpuNs += since(3)
  proc.readBytes += since(4)
  proc.writeBytes += since(5)
}
