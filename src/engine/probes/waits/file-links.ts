// What a thread waits for by a descriptor, a child or a lock on a file: the processes at the other end, as far as they are known.
import type { Holder, Link } from '../../../model/waits/types.ts'
import { localPort, remoteText, type Thread } from './decode.ts'
import type { Found } from './holders.ts'
import { link, once, type Part, type Sources } from './link-parts.ts'

/** Of fcntl: waiting for locks of processes, on 32-bit callers' files, and of open files. */
const F_SETLKW = 7
const F_SETLKW64 = 14
const F_OFD_SETLKW = 38

/** What is read from or written to. */
export const fileLink = (thread: Thread, sources: Sources, writes: boolean): Link => {
  const { file } = thread
  switch (file.kind) {
    case 'pipe':
      return peersLink(
        thread,
        sources,
        { kind: 'pipe', what: `pipe ${file.ino}`, class: 'local', relation: writes ? 'read by' : 'written by' },
        (found) => (writes ? found.canRead : found.canWrite),
      )
    case 'unix':
      return file.peer === 0n
        ? link({
            kind: 'unix socket',
            what: `unix socket ${file.ino}`,
            class: 'local',
            end: 'no peer',
            source: 'socket',
          })
        : peersLink(
            thread,
            sources,
            { kind: 'unix socket', what: `unix socket ${file.ino}`, class: 'local', relation: 'other end' },
            () => true,
          )
    case 'tcp': {
      const remote = remoteText(file.tcp)
      const found = sources.holders(file)
      if (found && found.length > 0)
        return peersLink(
          thread,
          sources,
          {
            kind: 'tcp',
            what: `TCP ${remote}`,
            key: `tcp ${remote} ${localPort(file.tcp)}`,
            class: 'local',
            relation: 'other end',
          },
          () => true,
        )
      return link({ kind: 'tcp', what: `TCP ${remote}`, class: 'network', end: `peer ${remote}`, source: 'socket' })
    }
    case 'listener':
      return link({ kind: 'tcp', what: `clients on port ${localPort(file.tcp)}`, class: 'idle', source: 'socket' })
    case 'socket':
      return link({ kind: 'socket', what: `socket ${file.ino}`, class: 'network', source: 'descriptor' })
    case 'other': {
      const path = sources.path(thread) ?? `descriptor ${thread.args[0]}`
      if (path === 'anon_inode:[eventfd]')
        return {
          ...peersLink(
            thread,
            sources,
            {
              kind: 'eventfd',
              what: 'eventfd',
              key: `eventfd ${file.peer.toString(16)}`,
              class: 'idle',
              relation: 'shared with',
            },
            () => true,
          ),
          open: true,
        }
      return link({
        kind: 'other',
        what: `${thread.call} ${path}`,
        key: `file ${path}`,
        class: path.startsWith('/dev/') ? 'idle' : 'other',
        source: 'descriptor of the call',
        sure: 'likely',
      })
    }
    case 'regular':
      return link({
        kind: 'disk',
        what: `${thread.call} ${sources.path(thread) ?? 'a file'}`,
        class: 'disk',
        end: sources.fileSystem(file.dev),
        source: 'descriptor of the call',
        sure: 'likely',
      })
    default:
      return link({
        kind: 'other',
        what: thread.call,
        key: `in ${thread.call} ${thread.tid}`,
        class: 'other',
        sure: 'possible',
      })
  }
}

const peersLink = (thread: Thread, sources: Sources, part: Part, fits: (found: Found) => boolean): Link =>
  once(thread, sources, `${part.what} ${part.relation} ${thread.file.ino}`, () =>
    newPeersLink(thread, sources, part, fits),
  )

const newPeersLink = (thread: Thread, sources: Sources, part: Part, fits: (found: Found) => boolean): Link => {
  const found = sources.holders(thread.file)
  const all = (found ?? []).filter(fits)
  // who has both ends himself seldom waits for himself
  const others = all.filter(({ pid }) => pid !== thread.pid)
  const holders: Holder[] = (others.length > 0 ? others : all).map(({ pid }) => ({ pid }))
  return link({
    ...part,
    holders,
    ...(found && holders.length === 0 && { end: 'nobody here' }),
    sure: holders.length === 1 ? 'certain' : holders.length === 0 ? 'likely' : 'possible',
    source: found ? 'tables of open files' : 'tables of open files are still to be read',
    open: holders.length === 0 || others.length < all.length,
  })
}

export const childLink = (thread: Thread, sources: Sources): Link => {
  const wanted = thread.args[0]! | 0
  const isOne = thread.call.startsWith('wait4') && wanted > 0
  const one = isOne ? sources.processOf(thread, wanted) : undefined
  const children = isOne ? (one === undefined ? [] : [one]) : sources.children(thread.pid)
  return link({
    kind: 'child',
    what: isOne ? `end of child ${wanted}` : 'end of a child',
    key: `child of ${thread.pid} ${isOne ? wanted : ''}`,
    class: 'local',
    relation: '',
    holders: children.map((pid) => ({ pid })),
    sure: children.length === 1 ? 'certain' : 'possible',
    source: 'call, parents of processes',
    open: children.length === 0,
  })
}

export const fileLockLink = (thread: Thread, sources: Sources): Link => {
  const command = thread.args[1]!
  if (!thread.call.startsWith('flock') && command !== F_SETLKW && command !== F_OFD_SETLKW && command !== F_SETLKW64)
    return fileLink(thread, sources, false)
  const path = sources.path(thread) ?? 'a file'
  const locks = sources.fileLocks(thread.pid)
  const lock = locks.find(({ ino }) => ino === thread.file.ino) ?? locks[0]
  return link({
    kind: 'file lock',
    what: `${lock?.kind === 'FLOCK' ? 'flock' : 'lock'} on ${path}`,
    key: `file lock ${thread.file.dev} ${thread.file.ino}`,
    class: 'lock',
    relation: 'held by',
    holders: lock && lock.holder > 0 ? [{ pid: lock.holder }] : [],
    sure: lock ? 'certain' : 'likely',
    source: lock ? '/proc/locks' : 'call',
    only: true,
    open: !lock || lock.holder <= 0,
  })
}
