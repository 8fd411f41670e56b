// Reader of probes/tcp.bpf.c: ends an interval by raising the epoch, lists the sockets, and takes the last records of
// the sessions that ended in it. Sessions of all network namespaces; TIME_WAIT of our own only. Where so many come and go
// that their hooks cost too much, these are taken away: what is open is listed all the same, with exact bytes, and what
// came and went is what the kernel counts of our own namespace.
import { TCP } from '../../../stream/specs/tcp.ts'
import { createTable } from '../../../stream/spec.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { epochs } from '../../native/epochs.ts'
import { inEachNetNamespace, otherNetNamespaces } from '../../native/net-namespaces.ts'
import { loadPlanned } from '../../native/object.ts'
import type { BpfObject } from '../../native/object.ts'
import { sumPerCpu, words } from '../../native/per-cpu.ts'
import type { Types } from '../../native/btf-types.ts'
import { tcpLayout } from './record-layout.ts'
import { listWithOwners, processExists } from './owners.ts'
import { tcpLedger } from './session-records.ts'
import { kernelTickNs } from '../../native/tick.ts'
import { objectWork } from '../../native/work.ts'
import { createPace } from '../../proc/pace.ts'
import { keptText } from '../../../source/proc-stat.ts'
import { tcpCounterEverywhere } from '../../proc/snmp.ts'

/** What runs when sessions come and go. */
const HOOKS = ['set_state', 'set_state_again', 'send_reset']

/** Members of `struct counts`. */
const COUNTS = {
  opened: 'opened',
  accepted: 'accepted',
  closed: 'closed',
  refused: 'refused',
  resetIn: 'reset_in',
  resetOut: 'reset_out',
  others: 'others',
  othersIn: 'others_in',
  othersOut: 'others_out',
  othersRetransmits: 'others_retransmits',
  lost: 'lost',
} as const

const COUNT_NAMES = Object.keys(COUNTS) as (keyof typeof COUNTS)[]

/** Where what the probe reads and writes besides records is. Throws Error where it is not there. */
export const probeLayout = (types: Types) => ({
  counts: types.layout('counts', COUNTS),
  listing: types.layout('listing', ['pass', 'interval']),
})

/** Programs of one way of listing sockets; those of the other. */
export const OVER_STORAGE = ['list_sockets', 'find_owners']
const BY_NAMESPACE = ['list_namespace', 'note_owners']

/** All sockets by the storage they have. Where a kernel refuses iterators over that, as some do with EPERM, or gives sockets of
 * files for reading only, namespace by namespace; a socket in one without any process is not seen then. */
export const plan: PlanDescribed = ({ object: path, maxEntries }) => ({
  ...{ path, maxEntries, programs: (name) => !BY_NAMESPACE.includes(name) },
  otherwise: { path, maxEntries, programs: (name) => !OVER_STORAGE.includes(name) },
})

/** What lists the sockets, and what searches for their owners, of which the listing after it tells. */
const readersOf = (object: BpfObject, overStorage: boolean): { list(): Buffer; search(): void } => {
  if (overStorage)
    return { list: () => object.iterate('list_sockets', 'sessions'), search: () => void object.iterate('find_owners') }
  const inEach = inEachNetNamespace(() => performance.now())
  const found = object.map('found')
  return {
    list: () => inEach(() => object.iterate('list_namespace')),
    search() {
      found.drain() // of sessions that ended before they were listed again
      object.iterate('note_owners')
    },
  }
}

export const start: StartDescribed = (context) => {
  const { nowMs } = context
  const { object, refused } = loadPlanned(plan(context))
  const overStorage = refused === undefined
  const { list, search } = readersOf(object, overStorage)
  const layout = tcpLayout(object)
  const { counts: countsAt, listing: listingAt } = probeLayout(object)
  const clock = epochs(object)
  object.attach(HOOKS)
  object.iterate('adopt')

  const countsMap = object.map('counts')
  const tables = [object.map('ended_even'), object.map('ended_odd')] as const
  const ledger = tcpLedger(layout)
  const tickNs = kernelTickNs()
  /** Not there: then the count is unknown, as it is for other namespaces. */
  const sockstat = keptText('/proc/net/sockstat')
  const sessionsTable = createTable(TCP.tables.sessions)
  const listenersTable = createTable(TCP.tables.listeners)
  const key = Buffer.alloc(4)
  const countsLength = countsAt.size / 8
  const before = [new Float64Array(countsLength), new Float64Array(countsLength)] as const
  const now = new Float64Array(countsLength)

  const listingMap = object.map('.data.listing')
  const wanted = Buffer.alloc(listingMap.valueSize)
  const next = (offset: number): void => {
    wanted.writeUInt32LE((wanted.readUInt32LE(offset) + 1) >>> 0, offset)
    listingMap.update(Buffer.alloc(4), wanted)
  }
  const listSockets = listWithOwners({
    layout,
    search() {
      next(listingAt.pass)
      search()
    },
    list(again) {
      if (!again) next(listingAt.interval)
      return list()
    },
    exists: processExists,
    pace: createPace(() => performance.now()),
  })

  const readCounts = (half: 0 | 1): Record<keyof typeof COUNTS, number> => {
    key.writeUInt32LE(half)
    sumPerCpu(words(countsMap.lookup(key)!), countsMap.valueSize, 0, now)
    const changes = COUNT_NAMES.map((name) => [name, now[countsAt[name] / 8]! - before[half][countsAt[name] / 8]!])
    before[half].set(now)
    return Object.fromEntries(changes) as Record<keyof typeof COUNTS, number>
  }

  /** While the hooks are away. */
  let countSessions: ReturnType<typeof tcpCounterEverywhere> | undefined
  /** What it had when they came back. */
  let counted: Partial<ReturnType<NonNullable<typeof countSessions>>> = {}
  let half: 0 | 1 = 0

  const takeCounted = (): typeof counted => {
    const taken = countSessions?.() ?? counted
    counted = {}
    return taken
  }

  const read = () => {
    // sockets of which no hook tells; where there is no iterator over storage they are met in listing
    if (countSessions && overStorage) object.iterate('adopt')
    half = (clock.next().epoch & 1) as 0 | 1
    const open = listSockets()
    const ended = tables[half].drain()
    const { othersRetransmits, lost, ...counts } = readCounts(half)
    const { sessions, listeners, retransmits } = ledger(
      open,
      ended.values.subarray(0, ended.count * tables[half].valueSize),
      { ns: Number(process.hrtime.bigint()), ms: nowMs(), tickNs },
    )
    const more = takeCounted()
    return {
      lost,
      ...(countSessions && { tier: { is: 'counted' as const } }),
      tables: { sessions: sessionsTable(sessions), listeners: listenersTable(listeners) },
      hists: {},
      totals: {
        ...summed(counts, more),
        // of sessions that ended the hooks tell; the kernel's counter has them, of namespaces that a process is in
        retransmits: Math.max(retransmits + othersRetransmits, more.retransmits ?? 0),
        timeWait: timeWaitIn(sockstat()),
      },
    }
  }

  read() // what happened while attaching belongs to no interval
  return {
    read,
    thin(on) {
      if (on) {
        object.detach(HOOKS)
        countSessions = tcpCounterEverywhere(otherNetNamespaces(() => performance.now()))
        countSessions()
      } else {
        // which may take a second, and all of it is counted already
        object.attach(HOOKS)
        counted = takeCounted()
        countSessions = undefined
        readCounts(half === 0 ? 1 : 0)
      }
    },
    work: objectWork(() => [object]),
    close: object.close,
  }
}

/** What is in both is added up; an interval may begin with hooks and end without them. */
const summed = <C extends Record<string, number>>(counts: C, more: Partial<Record<keyof C, number>>): C =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count + (more[name] ?? 0)])) as C

/** The `tw` of the line about TCP, which counts IPv6 too. */
export const timeWaitIn = (text: string): number => Number(/^TCP:.*\btw (\d+)/m.exec(text)?.[1] ?? 0)
