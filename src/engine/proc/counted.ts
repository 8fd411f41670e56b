// What each process did since the last reading, from /proc alone, for machines or users that may not load programs: time
// on CPUs and waiting for one of every thread (schedstat), and of those processes that we may ask also bytes from and to
// disks (io). A thread counts as switched as often as it got a CPU.
import { readdirSync } from 'node:fs'
import { isWithin } from '../../model/selection.ts'
import type { Target } from '../../stream/target.ts'
import type { CountedProc, CountedSource, CountedThread } from '../base/counted-source.ts'
import { groupIn } from './groups.ts'
import { orElse, parseStat, pidsIn, textOf as fileText } from '../../source/proc-stat.ts'

/** Read in one interval, some 15 us each; of the others nothing is told. */
const MOST_THREADS = 5000

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
  let target: Target | undefined
  let threadsRead: CountedThread[] = []
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

  const cgroupOf = (pid: number): string | undefined => groupIn(decoded(textOf(`${pid}/cgroup`)))

  const read = (): CountedProc[] => {
    const now = new Map<number, Known>()
    const procs: CountedProc[] = []
    threadsRead = []
    let left = MOST_THREADS
    for (const pid of pidsIn(proc)) {
      if (left <= 0) break
      const stat = textOf(`${pid}/stat`)
      if (stat === '') continue
      const { comm, startedMs, threads } = parseStat(stat)
      const last = known.get(pid)
      const before = last?.startedMs === startedMs ? last : undefined
      if (!before) refused.delete(pid)
      const tids = threads > 1 ? orElse([] as string[], () => readdirSync(`${proc}/${pid}/task`)).map(Number) : [pid]
      const one: Known = { startedMs, threads: new Map(), io: ioOf(pid) }
      const cgroup = before ? before.cgroup : cgroupOf(pid)
      if (cgroup !== undefined) one.cgroup = cgroup
      const whole = { pid, comm: decoded(comm), ...(cgroup !== undefined && { cgroup }) }
      let [cpuNs, waitNs, waits] = [0, 0, 0]
      for (const tid of tids.slice(0, left)) {
        const sums = sumsOf(threads > 1 ? `${pid}/task/${tid}/schedstat` : `${pid}/schedstat`)
        if (!sums) continue
        one.threads.set(tid, sums)
        const was = before?.threads.get(tid)
        const [ran, waited, runs] = sums.map((sum, i) => Math.max(0, sum - (was?.[i] ?? 0))) as [number, number, number]
        cpuNs += ran
        waitNs += waited
        waits += runs
        if (!isFirst && target && isOf(target, whole, tid)) {
          const name = decoded(textOf(`${pid}/task/${tid}/comm`).trimEnd())
          threadsRead.push({ pid, tid, comm: name, switches: runs, waits: runs, waitNs: waited, cpuNs: ran })
        }
      }
      left -= tids.length
      now.set(pid, one)
      const since = (field: 'readBytes' | 'writeBytes'): number =>
        one.io ? Math.max(0, one.io[field] - (before?.io?.[field] ?? 0)) : 0
      const [readBytes, writeBytes] = [since('readBytes'), since('writeBytes')]
      if (isFirst || (cpuNs === 0 && waitNs === 0 && waits === 0 && readBytes === 0 && writeBytes === 0)) continue
      procs.push({ ...whole, startedMs, threads, switches: waits, waits, waitNs, cpuNs, readBytes, writeBytes })
    }
    if (left <= 0 && !told) onTooMany()
    told ||= left <= 0
    for (const pid of refused) if (!now.has(pid)) refused.delete(pid)
    known = now
    isFirst = false
    return procs
  }

  read()
  return {
    read,
    setTarget(wanted) {
      target = wanted
      return undefined
    },
    threads: () => threadsRead,
    lost: () => 0,
    close: () => {},
  }
}

const decoded = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8')

const isOf = (
  target: Target,
  { pid, comm, cgroup }: { pid: number; comm: string; cgroup?: string },
  tid: number,
): boolean => {
  switch (target.is) {
    case 'process':
      return pid === target.pid
    case 'thread':
      return tid === target.tid
    case 'pids':
      return target.pids.includes(pid) && !target.over?.includes(pid)
    case 'comm':
      return comm === target.comm
    case 'cgroup':
      return isWithin(cgroup, target.path)
  }
}
