// What each process did since the last reading, from /proc alone, for machines or users that may not load programs: time
// on CPUs and waiting for one of every thread (schedstat), and of those processes that we may ask also bytes from and to
// disks (io). A thread counts as switched as often as it got a CPU.
import { readdirSync } from 'node:fs'
import type { CountedProc, CountedSource } from '../counted-source.ts'
import { fieldsOf, orElse, parseStat, textOf as fileText } from './stat.ts'

/** Read in one interval, some 15 us each; of the others nothing is told. */
const MOST_THREADS = 5000
const NUM_THREADS = 17

/** Time on a CPU, waited for one, times it got one. */
type Sums = readonly [cpuNs: number, waitNs: number, runs: number]

interface Known {
  startedMs: number
  cgroup?: string
  threads: Map<number, Sums>
  /** undefined: not ours to ask. */
  io?: { readBytes: number; writeBytes: number }
}

export const openProcCounted = (proc = '/proc', onTooMany: () => void = () => {}): CountedSource => {
  let known = new Map<number, Known>()
  let isFirst = true
  let told = false
  const refused = new Set<number>()
  const textOf = (path: string): string => fileText(`${proc}/${path}`, 'latin1')

  const sumsOf = (path: string): Sums | undefined => {
    const [cpuNs, waitNs, runs] = textOf(path).split(' ').map(Number)
    return Number.isFinite(runs) ? [cpuNs!, waitNs!, runs!] : undefined
  }

  const ioOf = (pid: number): Known['io'] => {
    if (refused.has(pid)) return undefined
    const text = textOf(`${pid}/io`)
    const field = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
    if (text === '') refused.add(pid)
    return text === ''
      ? undefined
      : { readBytes: field('read_bytes'), writeBytes: field('write_bytes') - field('cancelled_write_bytes') }
  }

  const cgroupOf = (pid: number): string | undefined =>
    /^0::(\/.*)$/m.exec(Buffer.from(textOf(`${pid}/cgroup`), 'latin1').toString('utf8'))?.[1]

  const read = (): CountedProc[] => {
    const now = new Map<number, Known>()
    const procs: CountedProc[] = []
    let left = MOST_THREADS
    for (const name of orElse([] as string[], () => readdirSync(proc))) {
      const pid = Number(name)
      if (!Number.isInteger(pid) || left <= 0) continue
      const stat = textOf(`${pid}/stat`)
      if (stat === '') continue
      const { comm, startedMs } = parseStat(stat)
      const last = known.get(pid)
      const before = last?.startedMs === startedMs ? last : undefined
      if (!before) refused.delete(pid)
      const threads = Number(fieldsOf(stat)[NUM_THREADS])
      const tids = threads > 1 ? orElse([] as string[], () => readdirSync(`${proc}/${pid}/task`)).map(Number) : [pid]
      const one: Known = { startedMs, threads: new Map(), io: ioOf(pid) }
      const cgroup = before ? before.cgroup : cgroupOf(pid)
      if (cgroup !== undefined) one.cgroup = cgroup
      let [cpuNs, waitNs, waits] = [0, 0, 0]
      for (const tid of tids.slice(0, left)) {
        const sums = sumsOf(threads > 1 ? `${pid}/task/${tid}/schedstat` : `${pid}/schedstat`)
        if (!sums) continue
        one.threads.set(tid, sums)
        const was = before?.threads.get(tid)
        cpuNs += Math.max(0, sums[0] - (was?.[0] ?? 0))
        waitNs += Math.max(0, sums[1] - (was?.[1] ?? 0))
        waits += Math.max(0, sums[2] - (was?.[2] ?? 0))
      }
      left -= tids.length
      now.set(pid, one)
      const since = (field: 'readBytes' | 'writeBytes'): number =>
        one.io ? Math.max(0, one.io[field] - (before?.io?.[field] ?? 0)) : 0
      const [readBytes, writeBytes] = [since('readBytes'), since('writeBytes')]
      if (isFirst || (cpuNs === 0 && waitNs === 0 && waits === 0 && readBytes === 0 && writeBytes === 0)) continue
      procs.push({
        pid,
        comm: Buffer.from(comm, 'latin1').toString('utf8'),
        startedMs,
        ...(cgroup !== undefined && { cgroup }),
        threads,
        switches: waits,
        waits,
        waitNs,
        cpuNs,
        readBytes,
        writeBytes,
      })
    }
    if (left <= 0 && !told) onTooMany()
    told ||= left <= 0
    for (const pid of refused) if (!now.has(pid)) refused.delete(pid)
    known = now
    isFirst = false
    return procs
  }

  read()
  return { read, close: () => {} }
}
