// Reads what probes/network.bpf.c says of the sockets that processes hold: records of two kinds behind each other.
import { addressText, AF_INET, AF_INET6 } from '../../native/addresses.ts'
import type { BpfObject } from '../../native/object.ts'
import type { PlainSocket } from './sockets.ts'
import { turnReader, type TurnRecord } from './turns.ts'

/** All sockets that processes hold; and of sessions those in which there were answers, in one list. */
export const socketReader = (object: BpfObject): (() => { sockets: PlainSocket[]; turns: TurnRecord[] }) => {
  const turn = turnReader(object)
  const record = object.record('plain_socket')
  const number = {
    id: record.number('id'),
    peer: record.number('peer'),
    startNs: record.number('start_ns'),
    pid: record.number('tgid'),
    dropped: record.number('dropped'),
    received: record.number('received'),
    receivedMost: record.number('received_most'),
    waiting: record.number('waiting'),
    waitingMost: record.number('waiting_most'),
    written: record.number('written'),
    writtenMost: record.number('written_most'),
    family: record.number('family'),
    type: record.number('type'),
    protocol: record.number('protocol'),
    state: record.number('state'),
    localPort: record.number('local_port'),
    remotePort: record.number('remote_port'),
  }
  const fields = Object.entries(number)
  const nameBytes = record.number('name_bytes')
  const [local, remote, name] = [record.offset('local'), record.offset('remote'), record.offset('name')]
  const comm = record.text('comm')

  return () => {
    const bytes = Buffer.from(object.iterate('read_sockets'))
    const sockets: PlainSocket[] = []
    const turns: TurnRecord[] = []
    for (let at = 0; at + turn.size <= bytes.length;) {
      if (turn.isOne(bytes, at)) {
        turns.push(turn.read(bytes, at))
        at += turn.size
        continue
      }
      if (at + record.size > bytes.length) break
      const numbers = Object.fromEntries(fields.map(([field, of]) => [field, of(bytes, at)])) as Record<
        keyof typeof number,
        number
      >
      const isInet = numbers.family === AF_INET || numbers.family === AF_INET6
      const address = (offset: number): string =>
        isInet ? addressText(bytes, at + offset, numbers.family === AF_INET) : ''
      sockets.push({
        comm: comm(bytes, at),
        local: address(local),
        remote: address(remote),
        name: unixName(bytes.subarray(at + name, at + name + nameBytes(bytes, at))),
        ...numbers,
      })
      at += record.size
    }
    return { sockets, turns }
  }
}

/** A path, or what begins with a zero and is nowhere in the file system (shown with @). */
const unixName = (bytes: Buffer): string => {
  if (bytes.length === 0) return ''
  if (bytes[0] === 0) return `@${bytes.toString('utf8', 1).replaceAll('\0', '')}`
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
}
