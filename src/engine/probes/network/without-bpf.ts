// The network without programs and rights: the kernel's counters, and UDP and raw sockets as /proc lists them, both of our
// network namespace. Owners are known of processes whose files we may look at.
import { createTable, tableOf } from '../../../stream/spec.ts'
import type { StartDescribed } from '../../base/described-probe.ts'
import { addressText } from '../../native/addresses.ts'
import { socketOwners } from '../../proc/socket-owners.ts'
import { textOf } from '../../../source/proc-stat.ts'
import { counterRows, figuresOf, readCounters } from './nstat.ts'
import { socketsBetween, type PlainSocket } from './sockets.ts'
import { NETWORK } from './spec.ts'

const FILES = [
  ['udp', 17, 2],
  ['udp6', 17, 2],
  ['raw', 255, 3],
  ['raw6', 255, 3],
] as const

/** `0100007F:0035`: words of the address in the machine's order, and the port. */
const addressIn = (text: string): [address: string, port: number] => {
  const [words = '', port = '0'] = text.split(':')
  const bytes = Buffer.from(words, 'hex')
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.subarray(at, at + 4).reverse()
  return [addressText(bytes, 0, bytes.length === 4), Number.parseInt(port, 16)]
}

/** Lines of /proc/net/udp and the like; those in which a word is missing are left out. Exported for its test. */
export const listedSockets = (
  text: string,
  protocol: number,
  type: number,
  ownerOf: (inode: number) => { pid: number; comm: string } | undefined,
): PlainSocket[] =>
  text.split('\n').flatMap((line): PlainSocket[] => {
    const words = line.trim().split(/\s+/)
    if (!/^\d+:$/.test(words[0] ?? '') || words.length < 13) return []
    const [local, localPort] = addressIn(words[1]!)
    const [remote, remotePort] = addressIn(words[2]!)
    const [written = '0', received = '0'] = words[4]!.split(':')
    const inode = Number(words[9])
    const owner = ownerOf(inode)
    return [
      {
        id: inode,
        peer: 0,
        startNs: 0,
        pid: owner?.pid ?? 0,
        comm: owner?.comm ?? '',
        dropped: Number(words[12]),
        received: Number.parseInt(received, 16),
        receivedMost: 0,
        waiting: 0,
        waitingMost: 0,
        written: Number.parseInt(written, 16),
        writtenMost: 0,
        family: local.includes(':') ? 10 : 2,
        type,
        protocol,
        state: 7,
        local,
        localPort,
        remote,
        remotePort,
        name: '',
      },
    ]
  })

export const start: StartDescribed = () => {
  const ownerOf = socketOwners(() => performance.now())
  const countersOf = counterRows()
  const between = socketsBetween()
  const socketsTable = createTable(NETWORK.tables.sockets)

  const read = () => {
    const counters = countersOf(readCounters())
    const listed = FILES.flatMap(([name, protocol, type]) =>
      listedSockets(textOf(`/proc/net/${name}`), protocol, type, ownerOf),
    )
    return {
      lost: 0,
      tier: { is: 'counted' as const },
      tables: { sockets: socketsTable(between(listed).rows), counters: tableOf(NETWORK.tables.counters, counters) },
      hists: {},
      totals: { ...figuresOf(counters) },
    }
  }

  read()
  return { read, close: () => {} }
}
