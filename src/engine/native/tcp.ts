// Reader of probes/tcp.bpf.c: ends an interval by raising the epoch, lists the sockets, and takes the last records of
// the sessions that ended in it. Sessions of all network namespaces; TIME_WAIT of our own only.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TcpData } from '../../stream/types.ts'
import type { StartProbe } from '../probe.ts'
import { epochs } from './epochs.ts'
import { BpfError } from './libbpf.ts'
import { inEachNetNamespace } from './net-namespaces.ts'
import { loadObject } from './object.ts'
import type { BpfObject, LoadOptions } from './object.ts'
import { sumPerCpu, words } from './per-cpu.ts'
import { listWithOwners, processExists } from './tcp-owners.ts'
import { tcpLedger } from './tcp-records.ts'
import { objectWork } from './work.ts'

/** Fields of `struct counts`, in its order. */
const COUNTS = [
  'opened',
  'accepted',
  'closed',
  'refused',
  'resetIn',
  'resetOut',
  'others',
  'othersIn',
  'othersOut',
  'othersRetransmits',
  'lost',
] as const

/** All sockets by the storage they have. Where a kernel refuses iterators over that, as some do with EPERM, namespace by
 * namespace; a socket in one without any process is not seen then. */
const loadWithLister = (path: string, maxEntries: LoadOptions['maxEntries']): { object: BpfObject; list(): Buffer } => {
  try {
    const object = loadObject(path, { programs: (name) => name !== 'list_namespace', maxEntries, quiet: true })
    return { object, list: () => object.iterate('list_sockets', 'sessions') }
  } catch (error) {
    if (!(error instanceof BpfError)) throw error
    const object = loadObject(path, { programs: (name) => name !== 'list_sockets', maxEntries })
    const inEach = inEachNetNamespace(() => performance.now())
    return { object, list: () => inEach(() => object.iterate('list_namespace')) }
  }
}

export const startTcp: StartProbe<'tcp'> = ({ objects, maxEntries }) => {
  const { object, list } = loadWithLister(join(objects, 'tcp.bpf.o'), maxEntries)
  const clock = epochs(object)
  object.attach(['set_state', 'set_state_again', 'send_reset'])
  object.iterate('adopt')

  const countsMap = object.map('counts')
  const tables = [object.map('ended_even'), object.map('ended_odd')] as const
  const ledger = tcpLedger()
  const key = Buffer.alloc(4)
  const before = [new Float64Array(COUNTS.length), new Float64Array(COUNTS.length)] as const
  const now = new Float64Array(COUNTS.length)

  const listingMap = object.map('.data.listing')
  const wanted = new Uint32Array(2) // the pass, and whether in full
  const want = (index: 0 | 1, value: number): void => {
    if (wanted[index] === value) return
    wanted[index] = value
    listingMap.update(Buffer.alloc(4), Buffer.from(wanted.buffer))
  }
  const listSockets = listWithOwners({
    search() {
      want(0, wanted[0]! + 1)
      object.iterate('find_owners')
    },
    list(full) {
      want(1, Number(full))
      return list()
    },
    exists: processExists,
    nowMs: () => performance.now(),
  })

  const readCounts = (half: 0 | 1): Record<(typeof COUNTS)[number], number> => {
    key.writeUInt32LE(half)
    sumPerCpu(words(countsMap.lookup(key)!), countsMap.valueSize, 0, now)
    const changes = COUNTS.map((name, i) => [name, now[i]! - before[half][i]!])
    before[half].set(now)
    return Object.fromEntries(changes) as Record<(typeof COUNTS)[number], number>
  }

  const read = () => {
    const half = (clock.next().epoch & 1) as 0 | 1
    const open = listSockets()
    const ended = tables[half].drain()
    const { others, othersIn, othersOut, othersRetransmits, lost, ...counts } = readCounts(half)
    const data: TcpData = {
      ...ledger(open, ended.values.subarray(0, ended.count * tables[half].valueSize), Number(process.hrtime.bigint())),
      ...counts,
      timeWait: timeWaitIn(sockstat()),
    }
    data.retransmits += othersRetransmits
    if (others > 0) data.others = { sessions: others, inBytes: othersIn, outBytes: othersOut }
    return { data, lost }
  }

  read() // what happened while attaching belongs to no interval
  return { read, work: objectWork(() => [object]), close: object.close }
}

const sockstat = (): string => {
  try {
    return readFileSync('/proc/net/sockstat', 'utf8')
  } catch {
    return '' // a kernel without it; then the count is unknown, as it is for other namespaces
  }
}

/** The `tw` of the line about TCP, which counts IPv6 too. */
export const timeWaitIn = (text: string): number => Number(/^TCP:.*\btw (\d+)/m.exec(text)?.[1] ?? 0)
