// What a thread waits for that waits for several descriptors at once, by poll(), select() or epoll: as an event-driven
// server does all its life. It is held up by a connection which it opened itself, on which it said something last: the
// other end owes it an answer. Connections that it accepted are its clients'; while it owes them nothing it is idle.
import type { Link } from '../../../model/waits/wait-types.ts'
import { MOST_ITEMS } from './decode.ts'
import type { Item, Thread } from './thread.ts'
import { fileLink, isAccepted } from './file-links.ts'
import { link, type Sources } from './link-parts.ts'
import { waitsByTitle } from './titles.ts'

export const setLink = (thread: Thread, sources: Sources): Link => {
  const { items } = thread
  if (items.length === 1 && !isOwn(thread, sources, items[0]!)) return fileLink(thread, sources, false, items[0])
  const connections = items.filter(({ file }) => file.kind === 'tcp')
  const [accepted, opened] = split(connections, ({ file }) => isAccepted(file, sources))
  const owed = opened.filter(({ file }) => file.turn === 'peer' || file.turn === 'connecting')
  const owing = accepted.filter(({ file }) => file.turn === 'ours')
  if (owed.length > 0) {
    // nothing says that an answer is due but that somebody waits for one from us, or that we have nobody else
    const isClient = owed.length === opened.length && !items.some(({ file }) => file.kind === 'listener')
    return owedLink(thread, sources, owed, owing.length, owing.length > 0 || (isClient && accepted.length === 0))
  }
  const only = onlyOther(items)
  if (only) return { ...fileLink(thread, sources, false, only), open: true, sure: 'likely' }
  return (
    titleLink(thread, sources) ??
    link({
      kind: 'events',
      what: eventsText(thread, items, accepted, opened, owing),
      key: `events ${thread.tid}`,
      class: 'idle',
      sure: 'likely',
      source: items.length > 0 ? 'descriptors it polls' : 'call',
    })
  )
}

/** Without a connection: a sign of another process of its server, which its title may tell. */
const titleLink = (thread: Thread, sources: Sources): Link | undefined => {
  const { pid, parent, comm, items } = thread
  const hasConnection = items.some(({ file }) => ['tcp', 'listener', 'unix', 'socket'].includes(file.kind))
  const title = items.length === 0 || hasConnection ? undefined : sources.title(pid)
  if (!title) return undefined
  const others = sources.children(parent).map((other) => ({ pid: other, title: sources.title(other) }))
  const found = waitsByTitle(comm, { pid, title }, others)
  if (!found) return undefined
  const { rule, pids } = found
  return link({
    kind: 'server',
    what: `${rule.what}${rule.same ? ` ${title.database}` : ''}`,
    key: `${rule.what} ${parent} ${rule.same ? title.database : ''}`,
    class: rule.class,
    relation: rule.relation,
    holders: pids.map((each) => ({ pid: each })),
    sure: pids.length === 1 ? 'likely' : 'possible',
    source: `title of the process: ${title.does}`,
  })
}

const split = <T>(all: readonly T[], is: (each: T) => boolean): [T[], T[]] => [
  all.filter(is),
  all.filter((each) => !is(each)),
]

/** A pipe to itself, by which a loop of events is woken from within: whoever waits for that idles. */
const isOwn = ({ pid }: Thread, sources: Sources, { file }: Item): boolean => {
  if (file.kind !== 'pipe' && file.kind !== 'other') return false
  const found = sources.holders(file)
  return found !== undefined && found.length > 0 && found.every((each) => each.pid === pid)
}

/** Of several peers the one that owes most answers. */
const owedLink = (thread: Thread, sources: Sources, owed: readonly Item[], owing: number, isDue: boolean): Link => {
  const byPeer = new Map<string, Item[]>()
  for (const item of owed) {
    const peer = item.file.tcp.remoteText
    const known = byPeer.get(peer)
    if (known) known.push(item)
    else byPeer.set(peer, [item])
  }
  const [peer, most] = [...byPeer].reduce((best, each) => (each[1].length > best[1].length ? each : best))
  const found = fileLink(thread, sources, false, most[0])
  const others = owed.length - most.length
  return {
    ...found,
    key: `answers of ${peer}`,
    what: `${found.what}${most.length > 1 ? ` (${most.length} connections)` : ''}${others > 0 ? ` and ${others} to others` : ''}`,
    sure: others === 0 && isDue ? 'likely' : 'possible',
    source: `sent last on ${counted(owed.length, 'connection')} it opened${owing > 0 ? `, owes ${counted(owing, 'answer')}` : ''}`,
    open: true,
  }
}

/** The one connection among what a program polls for its own sake: signals, clocks, a pipe to itself or to its parent. */
const onlyOther = (items: readonly Item[]): Item | undefined => {
  const [sockets, others] = split(
    items,
    ({ file }) => file.kind === 'tcp' || (file.kind === 'unix' && file.peer !== 0n),
  )
  return sockets.length === 1 && others.every(({ file }) => file.kind === 'other' || file.kind === 'pipe')
    ? sockets[0]
    : undefined
}

const eventsText = (
  { call }: Thread,
  items: readonly Item[],
  accepted: readonly Item[],
  opened: readonly Item[],
  owing: readonly Item[],
): string => {
  const ports = [...new Set(items.filter(({ file }) => file.kind === 'listener').map(({ file }) => file.tcp.localPort))]
  const sockets = items.filter(({ file }) => file.kind === 'unix' || file.kind === 'socket').length
  const parts = [
    ports.length > 0 ? `port${ports.length === 1 ? '' : 's'} ${ports.slice(0, 4).join(' ')}` : '',
    counted(accepted.length, 'client'),
    owing.length > 0 ? `${owing.length} of them unanswered` : '',
    counted(opened.length, 'connection'),
    counted(sockets, 'socket'),
  ].filter((part) => part !== '')
  return parts.length === 0
    ? `events (${call})`
    : `events of ${parts.join(', ')}${items.length >= MOST_ITEMS ? ' and more' : ''}`
}

const counted = (count: number, what: string): string =>
  count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`
