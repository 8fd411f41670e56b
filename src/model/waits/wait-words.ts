// Chains of waits in words. Pure.
import { heldBeside, isOwned, threadsOf, type Graph } from './graph.ts'
import type { Holder, Link, Waiter, Waker } from './wait-types.ts'

const LONGEST = 400

/** Links of a path, one behind the other: `mutex 0x7f30 held by worker 50 -> write wal.log, ext4 on vda`. */
export const chainText = (graph: Graph, path: readonly Waiter[]): string => {
  const parts = path.flatMap((waiter, index): string[] => {
    const { link } = waiter
    const next = path[index + 1]
    if (!link || path.indexOf(waiter) < index) return []
    const what = link.own ? `${link.what} ${link.own}` : link.what
    if (waiter.wakers && !isOwned(waiter)) return [`${what}${wokenText(waiter.wakers)}`]
    return [
      `${what}${next ? byText(link, next, path.indexOf(next) <= index) : endText(graph, link)}${besideText(graph, waiter)}`,
    ]
  })
  const text = parts.join(' -> ')
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text
}

/** The next one, of several the one that the chain follows. */
const byText = (link: Link, next: Waiter, again: boolean): string => {
  const others = new Set(link.holders.map(({ pid }) => pid))
  others.delete(next.pid)
  const more = others.size > 0 ? ` (and ${others.size} more)` : ''
  const end = again
    ? ', which is where it closes'
    : next.link
      ? ''
      : next.state === 'R'
        ? ', running'
        : `, in ${next.call}`
  return `${relationText(link)}${nameOf(next)}${more}${end}`
}

/** ` woken by worker 50 (97% of 31)`. */
const wokenText = ([first, second]: readonly Waker[]): string =>
  first
    ? ` woken by ${first.comm}${first.tid > 0 ? ` ${first.tid}` : ''} (${Math.round(first.share * 100)}% of ${Math.round(first.count / first.share)})${second && second.share > 0.2 ? ` and ${second.comm}${second.tid > 0 ? ` ${second.tid}` : ''}` : ''}`
    : ''

/** `; meanwhile its worker 50: read /data/file, ext4 on vda`. */
const besideText = (graph: Graph, waiter: Waiter): string => {
  const { longest, count } = heldBeside(graph, waiter)
  if (!longest) return ''
  const more = count > 1 ? ` (and ${count - 1} more)` : ''
  return `; meanwhile its ${nameOf(longest)}${more}: ${chainText(graph, [longest])}`
}

const relationText = ({ relation }: Link): string => (relation === '' ? ', ' : ` ${relation} `)

const endText = (graph: Graph, link: Link): string => {
  if (link.holders.length > 0) return `${relationText(link)}${holdersText(graph, link)}`
  return link.end ? `, ${link.end}` : ''
}

/** Who, and where it is a process what its threads do. */
export const holdersText = (graph: Graph, link: Link): string => {
  if (link.holders.length === 0) return link.end ?? ''
  const first = link.holders[0]!
  const threads = threadsOf(graph, first)
  const name = first.tid !== undefined && threads[0] ? nameOf(threads[0]) : processName(graph, first)
  const more = link.holders.length > 1 ? ` and ${link.holders.length - 1} more` : ''
  const many = first.tid === undefined && threads.length > 1 ? ` (${threads.length} threads)` : ''
  return `${name}${many}${more}`
}

const processName = (graph: Graph, { pid, comm }: Holder): string => {
  const first = graph.byTid.get(pid) ?? graph.byPid.get(pid)?.[0]
  return `${first?.comm ?? comm ?? 'pid'} ${pid}`
}

const nameOf = ({ comm, tid, says }: Waiter): string => `${comm} ${tid}${says ? ` (${says})` : ''}`

/** What it does, in few words. */
export const doesText = (waiter: Waiter): string =>
  !waiter.link ? (waiter.state === 'R' ? 'runs' : `in ${waiter.call}`) : `waits in ${waiter.call}`
