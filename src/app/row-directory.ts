// The directory of processes that a row is looked up in: that of the instant shown, or, of a row that tells what was
// earlier, that of then. Who has ended since is in no later one, and a number may be another's by now.
import type { Directory, Entry } from '../model/directory.ts'
import type { View } from '../model/view.ts'
import type { Row } from '../panels/panel-types.ts'

export interface Found {
  entry: Entry | undefined
  directory: Directory
}

export const rowDirectory = (view: View): ((row: Row) => Found) => {
  const now = view.directory()
  const known = new Map<number, Directory>()
  const at = (atMs: number): Directory => {
    let directory = known.get(atMs)
    if (!directory) known.set(atMs, (directory = view.at(atMs).directory()))
    return directory
  }
  return ({ pid, startedMs, atMs }) => {
    if (pid === undefined) return { entry: undefined, directory: now }
    if (atMs === undefined) return { entry: now.find(pid, startedMs), directory: now }
    const directory = at(atMs)
    return { entry: directory.find(pid, startedMs), directory }
  }
}
