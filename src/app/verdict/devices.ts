// Figures of the verdict from disks, TCP and system calls.
import { group, rollup } from 'd3-array'
import { disksOf, type BlockDisk } from '../../model/block.ts'
import { mergeHists, percentileNs } from '../../model/histogram.ts'
import { perSecond } from '../../model/rates.ts'
import { syscallsOf } from '../../model/syscalls.ts'
import { listenerKey } from '../../panels/tcp/listeners.ts'
import { endpoint, listenersOf, sessionsOf } from '../../panels/tcp/tables.ts'
import type { TcpListener, TcpSession } from '../../stream/specs/tcp.ts'
import { inEach, orNone, rowOf, summed, type Goal, type Measured, type Window } from './rule.ts'

const LEAST_OPERATIONS = 100

const diskGoal = (key: string): Goal => ({ panel: 'block', mode: 'disks', row: { key } })

const usedDisks = inEach<'block', BlockDisk>((data) => disksOf(data).filter(({ total }) => total.count > 0))

/** Of what the kernel counts anyway nobody knows how long each took, nor how it ended. */
export const ioCounted = ({ last }: Window<'block'>): string | undefined =>
  last.tier?.is === 'counted' ? 'I/O is only counted at the moment, each on its own is not known' : undefined

export const diskP99 = (window: Window<'block'>): Measured[] => {
  const disks = group(usedDisks(window), ({ dev, op }) => `${dev} ${op}`)
  return [...disks].flatMap(([key, of]) => {
    const total = mergeHists(of.map((disk) => disk.total))
    const p99 = total.count >= LEAST_OPERATIONS ? percentileNs(total, 0.99) : undefined
    if (p99 === undefined) return []
    const queued = percentileNs(mergeHists(of.map((disk) => disk.queued)), 0.99) ?? 0
    const where = queued * 2 > p99 ? 'most of it queued' : 'most of it in the device'
    const { name, op } = of.at(-1)!
    return { key, value: p99, says: (value) => `${name}: p99 of ${op}s ${value}, ${where}`, to: diskGoal(key) }
  })
}

const failedDisks = inEach<'block', BlockDisk>((data) => disksOf(data).filter(({ errors }) => errors > 0))

export const diskErrors = (window: Window<'block'>): readonly Measured[] =>
  orNone(
    summed(
      failedDisks(window),
      ({ dev, op }) => `${dev} ${op}`,
      ({ errors }) => errors,
    ).map(({ key, last: { name, op }, sum }) => ({
      key,
      value: sum,
      says: (value) => `${name}: ${value} ${op}${value === '1' ? '' : 's'} failed`,
      to: diskGoal(key),
    })),
  )

const owner = ({ pid, comm }: TcpSession, pids: number): string =>
  !pid ? 'somebody' : pids > 1 ? `${comm}` : `${comm} ${pid}`

const bySessions = (
  value: (session: TcpSession) => number,
  says: (session: TcpSession, who: string, value: string) => string,
) => {
  const counted = inEach<'tcp', TcpSession>((data) => sessionsOf(data).filter((session) => value(session) > 0))
  const keyOf = ({ comm, remote }: TcpSession): string => `${comm} ${remote}`
  return (window: Window<'tcp'>): readonly Measured[] => {
    const sessions = counted(window)
    const pids = rollup(sessions, (of) => new Set(of.map(({ pid }) => pid)).size, keyOf)
    return orNone(
      summed(sessions, keyOf, value).map(({ key, last, sum }) => ({
        key,
        value: perSecond(sum, window.elapsedMs),
        says: (text) => says(last, owner(last, pids.get(key)!), text),
        to: {
          panel: 'tcp',
          mode: 'sessions',
          sort: { column: 'retransmits', descending: true },
          row: rowOf(last.id ?? '', last),
        },
      })),
    )
  }
}

export const retransmits = bySessions(
  (session) => session.retransmits ?? 0,
  (session, who, value) => `${who}: ${value} retransmits/s to ${session.remote}`,
)

const ended = (how: 'refused' | 'timeout' | 'reset', words: string) =>
  bySessions(
    ({ closed }) => Number(closed === how),
    (session, who, value) =>
      `${who}: ${value} connections/s ${words} ${endpoint(session.family, session.remote, session.remotePort)}`,
  )

export const refused = ended('refused', 'refused by')
export const timedOut = ended('timeout', 'timed out to')
export const reset = ended('reset', 'reset by')

const fullListeners = inEach<'tcp', TcpListener>((data) =>
  listenersOf(data).filter(({ backlog, backlogMax }) => (backlog ?? 0) > 0 && (backlogMax ?? 0) > 0),
)

/** A queue that is full refuses or drops whoever knocks. */
export const backlogs = (window: Window<'tcp'>): readonly Measured[] =>
  orNone(
    summed(fullListeners(window), listenerKey, ({ backlog, backlogMax }) => (100 * backlog!) / backlogMax!).map(
      ({ key, last, sum }) => ({
        key,
        value: sum / window.samples.length,
        says: (value) =>
          `${last.comm ?? 'somebody'}: queue of ${endpoint(last.family, last.local, last.localPort)} ${value}% full, nobody accepts`,
        to: { panel: 'tcp', mode: 'listeners', row: rowOf(key, last) },
      }),
    ),
  )

/** Those that say that something is used up or broken; EAGAIN and ENOENT are daily bread. */
const WANT = new Set('ENOSPC EDQUOT EMFILE ENFILE ENOMEM EIO EROFS ESTALE ENOBUFS EUCLEAN ENODEV'.split(' '))

const failedCalls = inEach<'syscalls', { name: string; errno: string; count: number }>((data) =>
  syscallsOf(data).calls.flatMap(({ name, errnos = [] }) =>
    errnos.filter(({ errno }) => WANT.has(errno)).map((each) => ({ name, ...each })),
  ),
)

export const callErrors = (window: Window<'syscalls'>): readonly Measured[] =>
  orNone(
    summed(
      failedCalls(window),
      ({ name, errno }) => `${name} ${errno}`,
      ({ count }) => count,
    ).map(({ key, last: { name, errno }, sum }) => ({
      key,
      value: perSecond(sum, window.elapsedMs),
      says: (value) => `${name} fails with ${errno} ${value} times/s`,
      to: { panel: 'syscalls', sort: { column: 'errors', descending: true }, row: { key: name } },
    })),
  )

export const noDetail = ({ last }: Window<'syscalls'>): string | undefined =>
  syscallsOf(last.data).detail ? undefined : 'calls are only counted: 5 shows which of them fail'
