// Figures of the verdict from disks, TCP and system calls.
import { group } from 'd3-array'
import { disksOf, type BlockDisk } from '../../model/block.ts'
import { mergeHists, percentileNs } from '../../model/base/histogram.ts'
import { perSecond } from '../../model/base/rates.ts'
import { syscallsOf } from '../../model/syscalls.ts'
import { listenerKey } from '../../panels/tcp-listeners.ts'
import { endpoint, listenersOf, sessionsOf } from '../../panels/tcp-rows.ts'
import type { TcpListener, TcpSession } from '../../stream/specs/tcp.ts'
import { inEach, orNone, rowOf, summed, type Goal, type Measured, type Window } from '../rule.ts'

/** Which percentile that many operations have. A slow disk does few: one thread that waits 100 ms for each does 100 in ten
 * seconds at most. */
const PERCENTILES = [
  { least: 100, percent: 99 },
  { least: 10, percent: 90 },
] as const
const LEAST_OPERATIONS = PERCENTILES.at(-1)!.least

const diskGoal = (key: string): Goal => ({ panel: 'block', mode: 'disks', row: { key } })

/** A kind of operations of a disk within an interval. */
interface Used {
  disk: BlockDisk
  key: string
}
const usedDisks = inEach<'block', Used>((data) =>
  disksOf(data)
    .filter(({ total }) => total.count > 0)
    .map((disk) => ({ disk, key: `${disk.dev} ${disk.op}` })),
)

/** Of what the kernel counts anyway nobody knows how long each took, nor how it ended. */
export const ioCounted = ({ last }: Window<'block'>): string | undefined =>
  last.tier?.is === 'counted' ? 'I/O is only counted at the moment, each on its own is not known' : undefined

export const diskP99 = (window: Window<'block'>): Measured[] => {
  const measured: Measured[] = []
  for (const [key, of] of group(usedDisks(window), keyOfUsed)) {
    const total = mergeHists(of.map(({ disk }) => disk.total))
    const percent = PERCENTILES.find(({ least }) => total.count >= least)?.percent
    const value = percent === undefined ? undefined : percentileNs(total, percent / 100)
    if (percent === undefined || value === undefined) continue
    const says = (text: string): string => {
      const { name, op } = of.at(-1)!.disk
      const queued = percentileNs(mergeHists(of.map(({ disk }) => disk.queued)), percent / 100) ?? 0
      return `${name}: p${percent} of ${op}s ${text}, most of it ${queued * 2 > value ? 'queued' : 'in the device'}`
    }
    measured.push({ key, value, says, to: diskGoal(key) })
  }
  return measured
}

const keyOfUsed = ({ key }: Used): string => key

export const tooFewOperations = (window: Window<'block'>): string | undefined => {
  const counted = summed(usedDisks(window), keyOfUsed, ({ disk }) => disk.total.count)
  return (
    ioCounted(window) ??
    (counted.length > 0 && counted.every(({ sum }) => sum < LEAST_OPERATIONS)
      ? `fewer than ${LEAST_OPERATIONS} operations of a kind, too few for a percentile`
      : undefined)
  )
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

/** Sessions of a program with a host; with its port where that is one, as it is for who connects. */
const bySessions = (
  value: (session: TcpSession) => number,
  column: string,
  says: (who: string, value: string, host: string, end: string) => string,
) => {
  const counted = inEach<'tcp', TcpSession>((data) => sessionsOf(data).filter((session) => value(session) > 0))
  const keyOf = ({ comm, remote }: TcpSession): string => `${comm} ${remote}`
  return (window: Window<'tcp'>): readonly Measured[] => {
    const sessions = counted(window)
    return orNone(
      summed(sessions, keyOf, value).map(({ key, last, sum }) => ({
        key,
        value: perSecond(sum, window.elapsedMs),
        says: (text) => {
          const own = sessions.filter((session) => keyOf(session) === key)
          const count = (of: (session: TcpSession) => number | null): number => new Set(own.map(of)).size
          const host = last.remote ?? ''
          const isOnePort = count(({ remotePort }) => remotePort) === 1
          const end = isOnePort ? endpoint(last.family, last.remote, last.remotePort) : host
          const processes = count(({ pid }) => pid)
          return says(owner(last, processes), text, host, end)
        },
        to: { panel: 'tcp', mode: 'sessions', sort: { column, descending: true }, row: rowOf(last.id ?? '', last) },
      })),
    )
  }
}

export const retransmits = bySessions(
  (session) => session.retransmits ?? 0,
  'retransmits',
  (who, value, host) => `${who}: ${value} retransmits/s to ${host}`,
)

const ended = (how: 'refused' | 'timeout' | 'reset', words: string) =>
  bySessions(
    ({ closed }) => Number(closed === how),
    // how they ended is behind the states, which are in capitals
    'state',
    (who, value, _, end) => `${who}: ${value} connections/s ${words.replace('#', end)}`,
  )

export const refused = ended('refused', 'refused by #')
export const timedOut = ended('timeout', 'to # time out')
export const reset = ended('reset', 'reset by #')

const fullListeners = inEach<'tcp', TcpListener>((data) =>
  listenersOf(data).filter(({ backlog, backlogMax }) => (backlog ?? 0) > 0 && (backlogMax ?? 0) > 0),
)

export const listenerOwner = ({ pid, comm }: TcpListener): string =>
  pid ? `${comm} ${pid}` : (comm ?? '') || 'somebody'

/** A queue that is full refuses or drops whoever knocks; the kernel lets one more in than it has room for. */
export const backlogs = (window: Window<'tcp'>): readonly Measured[] =>
  orNone(
    summed(fullListeners(window), listenerKey, ({ backlog, backlogMax }) =>
      Math.min(100, (100 * backlog!) / backlogMax!),
    ).map(({ key, last, sum }) => ({
      key,
      value: sum / window.samples.length,
      says: (value) =>
        `${listenerOwner(last)}: queue of ${endpoint(last.family, last.local, last.localPort)} ${value}% full, nobody accepts`,
      to: { panel: 'tcp', mode: 'listeners', row: rowOf(key, last) },
    })),
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
  syscallsOf(last.data).detail ? undefined : 'only counted: 5 shows which fail'
