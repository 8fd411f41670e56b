// What a thread waits for by a descriptor, a child or a lock on a file: the processes at the other end, as far as they are known.
import { callDoes } from '../../../model/waits/classes.ts'
import type { TimeClass } from '../../../stream/time-classes.ts'
import type { Holder, Link } from '../../../model/waits/wait-types.ts'
import type { FileFacts, Item, Thread } from './thread.ts'
import type { Found } from './holders.ts'
import { link, once, type Part, type Sources } from './link-parts.ts'

/** Of fcntl: waiting for locks of processes, on 32-bit callers' files, and of open files. */
const F_SETLKW = 7
const F_SETLKW64 = 14
const F_OFD_SETLKW = 38

/** The descriptor that its call is about. */
const ownFile = ({ args, file }: Thread): Item => ({ fd: args[0]! | 0, file })

/** What is read from or written to. */
export const fileLink = (thread: Thread, sources: Sources, writes: boolean, item = ownFile(thread)): Link => {
  const { file, fd } = item
  switch (file.kind) {
    case 'pipe':
      return peersLink(
        thread,
        item,
        sources,
        {
          kind: 'pipe',
          what: `pipe ${file.ino}`,
          class: 'local',
          relation: writes ? 'read by' : 'written by',
          unasked: !writes,
        },
        (found) => (writes ? found.canRead : found.canWrite),
      )
    case 'unix':
      return file.peer === 0n
        ? lonelyLink(thread, item)
        : peersLink(
            thread,
            item,
            sources,
            {
              kind: 'unix socket',
              what: `unix socket ${file.ino}`,
              ...(file.turn === 'accepted' && !writes
                ? { class: 'idle', relation: 'client' }
                : { class: 'local', relation: 'other end', unasked: !writes }),
            },
            () => true,
          )
    case 'tcp':
      return tcpLink(thread, sources, writes, item)
    case 'listener':
      return link({ kind: 'tcp', what: `clients on port ${file.tcp.localPort}`, class: 'idle', source: 'socket' })
    case 'socket':
      return link({ kind: 'socket', what: `socket ${file.ino}`, class: 'network', source: 'descriptor' })
    case 'other': {
      if (isProcess(sources.path(thread, fd))) return processLink(thread, fd, sources)
      const path = sources.path(thread, fd) ?? `descriptor ${fd}`
      if (path === 'anon_inode:[eventfd]')
        return {
          ...peersLink(
            thread,
            item,
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
        class: classOfPath(path),
        source: 'descriptor of the call',
        sure: 'likely',
      })
    }
    case 'regular':
      // from Linux 6.9 on a process is a file of a file system of its own
      if (isProcess(sources.path(thread, fd))) return processLink(thread, fd, sources)
      return link({
        kind: 'disk',
        what: `${thread.call} ${sources.path(thread, fd) ?? 'a file'}`,
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

/** Of a unix socket without another end. */
const lonelyLink = ({ call }: Thread, { file }: Item): Link => {
  const does = callDoes(call)
  const of = { kind: 'unix socket', what: `unix socket ${file.ino}`, class: 'idle', source: 'socket' } as const
  if (does === 'connect') return link({ ...of, class: 'local', end: 'whose listener is to accept others first' })
  return does === 'accept'
    ? link({ ...of, what: `clients on unix socket ${file.ino}`, key: of.what })
    : link({ ...of, end: 'no peer' })
}

/** Of what one reads from that is no file on a disk. */
const classOfPath = (path: string): TimeClass =>
  path === 'anon_inode:[timerfd]' ? 'timer' : /^(\/dev\/|\/proc\/|anon_inode:)/.test(path) ? 'idle' : 'other'

/** A connection that was accepted, on which we said something last, is idle: it is up to the client. */
const tcpLink = (thread: Thread, sources: Sources, writes: boolean, item: Item): Link => {
  const { file } = item
  const remote = file.tcp.remoteText
  const isClient = isAccepted(file, sources) && file.turn !== 'ours'
  const part = {
    kind: 'tcp',
    what: `TCP ${remote}`,
    key: `tcp ${remote} ${file.tcp.localPort}`,
    class: isClient ? 'idle' : 'local',
    relation: isClient ? 'client' : 'other end',
    unasked: !writes && !isClient && file.turn !== 'peer' && file.turn !== 'connecting',
  } as const
  const found = sources.holders(file)
  if (found && found.length > 0) return peersLink(thread, item, sources, part, () => true)
  const isHere = file.tcp.isToItself
  // both ends are here, and no process has the other one yet
  const listeners = found && isHere ? sources.listeners(file, file.tcp.remotePort) : []
  return listeners.length > 0
    ? link({
        ...part,
        relation: 'still to be accepted by',
        holders: listeners.map((pid) => ({ pid })),
        sure: listeners.length === 1 ? 'certain' : 'possible',
        source: 'tables of open files',
      })
    : link({
        ...part,
        class: isClient ? 'idle' : isHere ? 'local' : 'network',
        relation: '',
        end: isHere && !found ? 'whose other end is still looked for' : `peer ${remote}`,
        source: 'socket',
        unasked: false,
      })
}

/** Of a port that somebody here listens on, in the same network namespace. */
export const isAccepted = (file: FileFacts, sources: Sources): boolean =>
  file.turn !== 'connecting' && sources.listeners(file).length > 0

type Fits = (found: Found) => boolean

const peersLink = (thread: Thread, item: Item, sources: Sources, part: Part, fits: Fits): Link =>
  once(thread, sources, `${part.what} ${part.relation} ${item.file.ino}`, () =>
    newPeersLink(thread, item, sources, part, fits),
  )

const newPeersLink = (thread: Thread, { file }: Item, sources: Sources, part: Part, fits: Fits): Link => {
  const found = sources.holders(file)
  const all = (found ?? []).filter(fits)
  // who has both ends himself seldom waits for himself alone
  const others = all.filter(({ pid }) => pid !== thread.pid)
  const holders: Holder[] = (others.length > 0 ? others : all).map(({ pid }) => ({ pid }))
  return link({
    ...part,
    holders,
    // of its own threads one gives the sign
    ...(part.unasked && (isOwn(thread, all) ? { class: 'event', unasked: false } : { unasked: found !== undefined })),
    ...(found && holders.length === 0 && { end: 'nobody here' }),
    sure: holders.length === 1 ? 'certain' : holders.length === 0 ? 'likely' : 'possible',
    source: found ? 'tables of open files' : 'tables of open files are still to be read',
    open: holders.length === 0 || others.length < all.length,
  })
}

const isOwn = ({ pid }: Thread, found: readonly Found[]): boolean =>
  found.length > 0 && found.every((each) => each.pid === pid)

const isProcess = (path: string | undefined): boolean =>
  path !== undefined && /^(anon_inode:\[pidfd\]|pidfd:)/.test(path)

/** By a descriptor of it, whose child it may be or not. */
const processLink = (thread: Thread, fd: number, sources: Sources): Link => {
  const pid = sources.processAt(thread, fd)
  return link({
    kind: 'child',
    what: pid === undefined ? 'end of a process' : `end of process ${pid}`,
    key: `process ${pid ?? `of ${thread.pid} ${fd}`}`,
    class: 'child',
    holders: pid === undefined ? [] : [{ pid }],
    sure: pid === undefined ? 'possible' : 'certain',
    source: 'descriptor of the process',
    open: pid === undefined,
  })
}

/** Of waitid(): what its second argument is. */
const P_PID = 1
const P_PIDFD = 3

export const childLink = (thread: Thread, sources: Sources): Link => {
  const { call, args } = thread
  const by = call.startsWith('waitid') ? args[0]! | 0 : undefined
  if (by === P_PIDFD) return processLink(thread, args[1]! | 0, sources)
  const wanted = (by === P_PID ? args[1]! : args[0]!) | 0
  const isOne = (by === P_PID || call.startsWith('wait4')) && wanted > 0
  if (!isOne) return once(thread, sources, 'a child', () => endLink(thread, sources.children(thread.pid)))
  const one = sources.processOf(thread, wanted)
  return endLink(thread, one === undefined ? [] : [one], wanted)
}

/** Of so many the end of one is taken for sure to come: who could close a circle with all of them is not looked for. */
const MANY = 64

/** Of these, or of the one of this number. */
const endLink = ({ pid }: Thread, children: readonly number[], wanted?: number): Link =>
  link({
    kind: 'child',
    what: wanted === undefined ? 'end of a child' : `end of child ${wanted}`,
    key: `child of ${pid} ${wanted ?? ''}`,
    class: 'child',
    relation: '',
    holders: children.map((child) => ({ pid: child })),
    sure: children.length === 1 ? 'certain' : 'possible',
    source: 'call, parents of processes',
    open: children.length === 0 || children.length > MANY,
  })

/** In place of a process in /proc/locks. */
const NOBODYS = -1

export const fileLockLink = (thread: Thread, sources: Sources): Link => {
  const command = thread.args[1]!
  if (!thread.call.startsWith('flock') && command !== F_SETLKW && command !== F_OFD_SETLKW && command !== F_SETLKW64)
    return fileLink(thread, sources, false)
  const path = sources.path(thread) ?? 'a file'
  // of one that goes with an open file the kernel does not say whose it is, whether held or waited for
  const locks = sources.fileLocks(command === F_OFD_SETLKW ? NOBODYS : thread.pid)
  const lock = locks.find(({ ino }) => ino === thread.file.ino) ?? (command === F_OFD_SETLKW ? undefined : locks[0])
  return link({
    kind: 'file lock',
    what: `${lock?.kind === 'FLOCK' ? 'flock' : 'lock'} on ${path}`,
    key: `file lock ${thread.file.dev} ${thread.file.ino}`,
    class: 'lock',
    relation: lock?.holder === 0 ? '' : 'held by',
    holders: lock && lock.holder > 0 ? [{ pid: lock.holder }] : [],
    ...(lock?.holder === 0 && { end: 'held with an open file (OFD), whose process the kernel does not keep' }),
    sure: lock ? 'certain' : 'likely',
    source: lock ? '/proc/locks' : 'call',
    only: true,
    open: !lock || lock.holder <= 0,
  })
}
