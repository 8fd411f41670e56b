// Waits for a file system that a process serves (FUSE): which one, and which process.
import type { Link } from '../../../model/waits/wait-types.ts'
import { link, type Sources } from './link-parts.ts'
import type { Thread } from './thread.ts'
import type { Waited } from './waited.ts'

/** Of the file system that it has asked, or where it waits for a page instead, of that of its file. */
export const servedLink = (thread: Thread, sources: Sources, file?: Waited): Link | undefined => {
  const { waited, call } = thread
  const dev = waited?.by === 'request' ? waited.dev : file && sources.isServed(file.dev) ? file.dev : undefined
  if (dev === undefined) return undefined
  const path = file?.path ?? (thread.file.dev === dev ? sources.path(thread) : undefined)
  const found = sources.servers(dev)
  const others = (found ?? []).filter(({ pid }) => pid !== thread.pid)
  // a server that asks itself
  const holders = (others.length > 0 ? others : (found ?? [])).map(({ pid }) => ({ pid }))
  return link({
    kind: 'remote file',
    key: path === undefined ? `served ${dev}` : `file ${path}`,
    what: `${file?.does ?? call}${path === undefined ? '' : ` ${path}`} (${sources.fileSystem(dev)})`,
    class: 'local',
    relation: 'served by',
    holders,
    ...(holders.length === 0 && { end: 'FUSE server' }),
    sure: holders.length === 1 ? 'certain' : holders.length === 0 ? 'likely' : 'possible',
    source: `${waited?.by === 'request' ? 'request that it waits for' : 'file system'}, tables of open files`,
    open: true,
  })
}
