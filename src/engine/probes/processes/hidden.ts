// Parents that the kernel's iterator does not show, from /proc: some sandboxes hide the first process from it, and below it
// hangs everything else.
import { parseStat, textOf } from '../../../source/proc-stat.ts'

export interface Hidden {
  pid: number
  startedMs: number
  comm: string
  parent: number
  uid: number
  threads: number
}

/** Looked at in one reading. */
const MOST = 50

/** Those that `parents` name and that are not `shown`, and theirs. */
export const hiddenParents = (
  parents: Iterable<number>,
  isShown: (pid: number) => boolean,
  read: (pid: number) => Hidden | undefined = readHidden,
): Hidden[] => {
  const found: Hidden[] = []
  const open = new Set(parents)
  let asked = 0
  // what is added meanwhile comes up, too
  for (const pid of open) {
    if (pid <= 0 || isShown(pid)) continue
    if (asked++ >= MOST) break
    const one = read(pid)
    if (!one) continue
    found.push(one)
    open.add(one.parent)
  }
  return found
}

/** undefined where there is none, or none any more. */
export const readHidden = (pid: number): Hidden | undefined => {
  const stat = textOf(`/proc/${pid}/stat`)
  const uid = /^Uid:\s*(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1]
  if (stat === '' || uid === undefined) return undefined
  const { comm, parent, startedMs, threads } = parseStat(stat)
  return { pid, startedMs, comm, parent, uid: Number(uid), threads }
}

/** Whether it is as it was read, but for its user. */
export const isStill = ({ pid, startedMs, comm, parent, threads }: Hidden): boolean => {
  const stat = textOf(`/proc/${pid}/stat`)
  if (stat === '') return false
  const now = parseStat(stat)
  return now.startedMs === startedMs && now.comm === comm && now.parent === parent && now.threads === threads
}
