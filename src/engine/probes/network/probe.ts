// Reader of probes/network.bpf.c, and of what the kernel counts of the network itself.
import { createTable, tableOf } from '../../../stream/spec.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { kernelEnum, tracepointArguments } from '../../native/btf.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { epochs } from '../../native/epochs.ts'
import { possibleCpus } from '../../native/libbpf.ts'
import type { BpfObject } from '../../native/object.ts'
import { lostCounter } from '../../native/lost.ts'
import { sumPerCpu, words } from '../../native/per-cpu.ts'
import { objectWork } from '../../native/work.ts'
import { createPace } from '../../proc/pace.ts'
import { kernelSymbolsLater } from '../../symbols/kernel.ts'
import { answersBetween } from './answers.ts'
import { counterRows, figuresOf, readCounters } from './nstat.ts'
import { dropsBetween, type DropCount } from './drops.ts'
import { socketReader } from './socket-reader.ts'
import { MOST_SOCKETS, socketsBetween, type SocketTable } from './sockets.ts'
import { NETWORK } from './spec.ts'
import { turnsBetween, type Turns } from './turns.ts'

/** For one of reading the sockets: on a machine with very many files they are read less often. */
const REST = 20

/** Programs that this kernel cannot run, or need not: of both that say when a program sends one. */
const unfit = (): string[] => {
  const told = tracepointArguments(['kfree_skb', 'tcp_sendmsg_locked'])
  return [
    told.get('kfree_skb')! >= 3 ? 'drop_plain' : 'drop_reason',
    told.get('tcp_sendmsg_locked')! > 0 ? 'send_ends' : 'datagram_sent',
  ]
}

/** Sessions of which it is kept whose turn it is, where that is not in their sockets. */
const MOST_TURNS = 16_384

/** Where a kernel gives sockets of files for reading only, what is kept of sessions is by their cookies. */
export const plan = (({ object: path, maxEntries }) => {
  const planned = describedPlan(path, NETWORK, { maxEntries, also: unfit() })
  const constants = { '.rodata.file_sockets': Buffer.from([1, 0, 0, 0]) }
  const otherwise = { ...planned, constants, maxEntries: { ...maxEntries, turns_by_cookie: MOST_TURNS } }
  return { ...planned, otherwise }
}) satisfies PlanDescribed

export const start: StartDescribed = (context) => {
  const { log } = context
  const { object, absent } = loadDescribed(plan(context))
  const clock = epochs(object)
  object.attach()
  const hooks = [...object.programFds().keys()].filter((name) => !object.isIterator(name))

  const symbols = kernelSymbolsLater((error) =>
    log('warn', `places of dropped packets have no names: ${error.message}`),
  )
  const placeOf = (place: number): string => symbols()?.frame(place).name ?? `0x${place.toString(16).padStart(16, 'f')}`

  const readDrops = dropReader(object)
  const drops = dropsBetween(kernelEnum('skb_drop_reason'))
  const answers = answersBetween(object)
  const countersOf = counterRows()
  const sockets = rested(socketReader(object))
  const socketsTable = createTable(NETWORK.tables.sockets)
  const lost = lostCounter(object)
  let isCounted = false
  const notes = absent.includes('sk_data_ready')
    ? ['how long answers take is not told by this kernel (from 6.3 on)']
    : []

  const read = () => {
    const { epoch, endNs } = clock.next()
    const counters = countersOf(readCounters())
    const { rows, leftOut, connections, note } = sockets(endNs)
    const found = answers(epoch)
    return {
      lost: lost(),
      ...(isCounted && { tier: { is: 'counted' as const } }),
      tables: {
        drops: tableOf(NETWORK.tables.drops, drops(readDrops(), placeOf)),
        sockets: socketsTable(rows),
        counters: tableOf(NETWORK.tables.counters, counters),
        served: tableOf(NETWORK.tables.served, found.served),
        asked: tableOf(NETWORK.tables.asked, found.asked),
        connections: tableOf(NETWORK.tables.connections, connections.rows),
      },
      hists: found.hists,
      totals: { ...figuresOf(counters) },
      notes: [
        ...notes,
        ...(note === undefined ? [] : [note]),
        ...(connections.leftOut > 0 ? [`answers of ${connections.leftOut} more connections are left out`] : []),
        ...(leftOut > 0 ? [`of more than ${MOST_SOCKETS} sockets ${leftOut} idle ones are left out`] : []),
      ],
    }
  }

  read() // what happened while attaching belongs to no interval
  return {
    read,
    thin(on) {
      if (on) object.detach(hooks)
      else object.attach(hooks)
      isCounted = on
      read()
    },
    work: objectWork(() => [object]),
    close: () => object.close(),
  }
}

const dropReader = (object: BpfObject): (() => DropCount[]) => {
  const map = object.map('drops')
  const key = object.record('drop_key')
  const value = object.record('drop')
  const at = { place: key.offset('place'), reason: key.number('reason'), protocol: key.number('protocol') }
  const packetsAt = value.offset('packets')
  const bytesOfAll = possibleCpus() * map.valueSize
  // packets, and bytes behind them
  const sums = new Float64Array(2)
  return () => {
    const { count, keys, values } = map.all()
    return Array.from({ length: count }, (_, i): DropCount => {
      const from = i * key.size
      const view = words(values.subarray(i * bytesOfAll, (i + 1) * bytesOfAll))
      const [packets, bytes] = sumPerCpu(view, map.valueSize, packetsAt, sums)
      return {
        // the constant upper 16 bits left out, as symbols have them
        place: keys.readUIntLE(from + at.place, 6),
        reason: at.reason(keys, from),
        protocol: at.protocol(keys, from),
        packets: packets!,
        bytes: bytes!,
      }
    })
  }
}

interface Read extends SocketTable {
  connections: Turns
}

/** What was read last again, where reading takes so much of a CPU that it has to rest. */
const rested = (read: ReturnType<typeof socketReader>) => {
  const between = socketsBetween()
  const turns = turnsBetween()
  let last: Read = { rows: [], leftOut: 0, connections: { rows: [], leftOut: 0 } }
  const pace = createPace(() => performance.now(), REST)
  return (nowNs: number): Read & { note?: string } => {
    if (!pace.hasRested()) {
      const note = `sockets are those of ${(pace.sinceMs() / 1000).toFixed(1)} s before: reading them takes ${pace.costMs().toFixed(0)} ms`
      return {
        ...last,
        rows: last.rows.map((row) => (row.drops ? { ...row, drops: 0 } : row)),
        connections: { ...last.connections, rows: stillOwed(last.connections) },
        note,
      }
    }
    last = pace.spend(() => {
      const found = read()
      return { ...between(found.sockets), connections: turns(found.turns, nowNs) }
    })
    return last
  }
}

const stillOwed = ({ rows }: Turns): Turns['rows'] =>
  rows.flatMap((row) => (row.owedNs === null ? [] : { ...row, count: 0, ns: 0 }))
