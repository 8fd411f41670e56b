// Page faults by process, from readings of all threads and of those that have ended. No system calls here.
import type { RowOf } from '../../../stream/spec.ts'
import { MEMORY } from './spec.ts'

type ProcRow = RowOf<typeof MEMORY.tables.procs>

/** Of a thread, since it began; of the first one of a process with those of the ended ones. */
export interface ThreadFaults {
  tgid: number
  tid: number
  minor: number
  major: number
  endedMinor: number
  endedMajor: number
  comm: string
}

export interface EndedThread extends Pick<ThreadFaults, 'tgid' | 'tid' | 'minor' | 'major' | 'comm'> {
  atNs: number
}

interface Faults {
  minor: number
  major: number
  comm: string
}

interface Known extends Faults {
  /** Of those threads that lived at the reading. */
  liveMinor: number
  liveMajor: number
}

interface ProcFaults extends Faults {
  pid: number
}

/** Turns readings into what happened in between. `readNs`: when the reading began, on the clock of the ended ones. */
export const faultsBetween = () => {
  let before: ReadonlyMap<number, Known> | undefined
  let late: EndedThread[] = []

  return (threads: Iterable<ThreadFaults>, ended: readonly EndedThread[], readNs: number): ProcFaults[] => {
    const now = new Map<number, Known>()
    for (const { tgid, tid, minor, major, endedMinor, endedMajor, comm } of threads) {
      let known = now.get(tgid)
      if (!known) now.set(tgid, (known = { minor: 0, major: 0, liveMinor: 0, liveMajor: 0, comm: '' }))
      known.minor += minor + endedMinor
      known.major += major + endedMajor
      known.liveMinor += minor
      known.liveMajor += major
      if (tid === tgid) known.comm = comm
    }
    const gone = new Map<number, Faults>()
    const all = [...late, ...ended]
    // Of a process that is still there, ended threads are in its own numbers; unless it ended after it was read
    late = all.filter(({ tgid, atNs }) => now.has(tgid) && atNs >= readNs)
    for (const { tgid, minor, major, comm } of all) {
      if (now.has(tgid)) continue
      const sum = gone.get(tgid)
      gone.set(tgid, { minor: minor + (sum?.minor ?? 0), major: major + (sum?.major ?? 0), comm })
    }
    const rows: ProcFaults[] = []
    const add = (pid: number, minor: number, major: number, comm: string): void => {
      if (minor > 0 || major > 0) rows.push({ pid, comm, minor: Math.max(0, minor), major: Math.max(0, major) })
    }
    if (before) {
      for (const [pid, { minor, major, comm }] of now) {
        const was = before.get(pid)
        // Its number was another's
        const isOther = was !== undefined && (minor < was.minor || major < was.major)
        add(pid, minor - (isOther ? 0 : (was?.minor ?? 0)), major - (isOther ? 0 : (was?.major ?? 0)), comm)
      }
      for (const [pid, { minor, major, comm }] of gone) {
        const was = before.get(pid)
        add(pid, minor - (was?.liveMinor ?? 0), major - (was?.liveMajor ?? 0), comm || (was?.comm ?? ''))
      }
    }
    before = now
    return rows
  }
}

/** What was stalled, by process. */
export type ProcStalls = Omit<ProcRow, 'minor' | 'major'>

/** One row a process that had faults or stalls. */
export const procRows = (
  faults: readonly ProcFaults[],
  stalls: readonly ProcStalls[],
  /** Whether stalls were followed; else they are not known. */
  followed = true,
): ProcRow[] => {
  const none = followed ? NO_STALLS : UNKNOWN
  const rows = new Map<number, ProcRow>(faults.map((each) => [each.pid, { ...none, ...each }]))
  for (const each of stalls) {
    const known = rows.get(each.pid!)
    rows.set(each.pid!, { minor: 0, major: 0, ...known, ...each, comm: known?.comm || each.comm })
  }
  return [...rows.values()]
}

const UNKNOWN = {
  reclaims: null,
  reclaimNs: null,
  reclaimMaxNs: null,
  compactions: null,
  compactionNs: null,
  oomKills: null,
}
const NO_STALLS = { reclaims: 0, reclaimNs: 0, reclaimMaxNs: 0, compactions: 0, compactionNs: 0, oomKills: 0 }
