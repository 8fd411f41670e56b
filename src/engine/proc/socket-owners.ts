// Whose file a socket is, from the file tables in /proc that we may read. Searched again when one is not known, now and
// then only.
import { readdirSync, readlinkSync } from 'node:fs'
import { orElse, pidsIn, textOf } from '../../source/proc-stat.ts'

const REST_MS = 5000
/** Looked at in one search. */
const MOST_FILES = 50_000

interface SocketOwner {
  pid: number
  comm: string
}

export const socketOwners = (nowMs: () => number): ((inode: number) => SocketOwner | undefined) => {
  let owners = new Map<number, SocketOwner>()
  let searchedMs = -Infinity

  const search = (): void => {
    owners = new Map()
    let left = MOST_FILES
    for (const pid of pidsIn()) {
      let owner: SocketOwner | undefined
      for (const fd of orElse([] as string[], () => readdirSync(`/proc/${pid}/fd`))) {
        if (--left < 0) return
        const inode = /^socket:\[(\d+)\]$/.exec(orElse('', () => readlinkSync(`/proc/${pid}/fd/${fd}`)))?.[1]
        if (inode === undefined) continue
        owner ??= { pid, comm: textOf(`/proc/${pid}/comm`).trimEnd() }
        owners.set(Number(inode), owner)
      }
    }
  }

  return (inode) => {
    if (!owners.has(inode) && nowMs() - searchedMs >= REST_MS) {
      searchedMs = nowMs()
      search()
    }
    return owners.get(inode)
  }
}
