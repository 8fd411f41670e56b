// Decides when the file tables are searched for the owners of sockets: when an open one has no owner that still
// exists, and now and then anyway, as sockets are passed on. Never twice for a socket no process holds, and never so
// often that searching takes more than a fiftieth of a CPU.
import { u64, words } from '../../native/per-cpu.ts'
import type { Pace } from '../../proc/pace.ts'
import type { TcpLayout } from './record-layout.ts'
import { sizeReader } from './session-records.ts'

const REFRESH_MS = 10_000

/** Cookies of the sockets in a listing that some process could hold, but none is known that exists. */
export const ownerless = (layout: TcpLayout, records: Buffer, exists: (pid: number) => boolean): Set<number> => {
  const { at: offsets, hasFile } = layout
  const sizeAt = sizeReader(layout)
  const found = new Set<number>()
  const known = new Map<number, boolean>([[0, false]])
  const view = words(records)
  for (let at = 0; at < records.length; at += sizeAt(records, at)) {
    if ((records[at + offsets.flags]! & hasFile) === 0) continue
    const pid = view[(at + offsets.tgid) >>> 2]!
    let there = known.get(pid)
    if (there === undefined) known.set(pid, (there = exists(pid)))
    if (!there) found.add(u64(view, at + offsets.cookie))
  }
  return found
}

interface OwnerSearch {
  layout: TcpLayout
  search(): void
  /** `again`: for the same interval, with all that is known of those that changed in it. */
  list(again: boolean): Buffer
  exists(pid: number): boolean
  pace: Pace
}

/** Lists the sockets, with a search before if one is due. */
export const listWithOwners = ({ layout, search, list, exists, pace }: OwnerSearch): (() => Buffer) => {
  let hopeless = new Set<number>()

  return () => {
    const listed = list(false)
    if (listed.length === 0 || !pace.hasRested()) return listed
    const wanting = [...ownerless(layout, listed, exists)].some((cookie) => !hopeless.has(cookie))
    if (!wanting && pace.sinceMs() < REFRESH_MS) return listed
    pace.spend(search)
    const again = list(true) // the first listing is seen by nobody else
    hopeless = ownerless(layout, again, exists)
    return again
  }
}

export const processExists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
