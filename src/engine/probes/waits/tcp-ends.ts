// The two ends of a TCP connection as the kernel program gives them, and as keys for the end opposite.
import { addressText, AF_INET } from '../../native/addresses.ts'
import { samePlaces, type Types } from '../../native/btf-types.ts'

/** Of `struct tcp_ends`, in bytes. */
const ENDS = { localPort: 0, remotePort: 2, family: 4, local: 8, remote: 24 }

/** Throws Error where the object has it otherwise. */
export const checkEnds = (types: Types): void => samePlaces(types, 'tcp_ends', ENDS)

/** The key of the other end. */
export const otherEnd = (tcp: Buffer): Buffer => {
  const other = Buffer.from(tcp)
  tcp.copy(other, ENDS.localPort, ENDS.remotePort, ENDS.remotePort + 2)
  tcp.copy(other, ENDS.remotePort, ENDS.localPort, ENDS.localPort + 2)
  tcp.copy(other, ENDS.local, ENDS.remote, ENDS.remote + 16)
  tcp.copy(other, ENDS.remote, ENDS.local, ENDS.local + 16)
  return other
}

/** `127.0.0.1:80`. */
export const remoteText = (tcp: Buffer): string => {
  const address = addressText(tcp, ENDS.remote, tcp.readUInt16LE(ENDS.family) === AF_INET)
  return `${address.includes(':') ? `[${address}]` : address}:${tcp.readUInt16LE(ENDS.remotePort)}`
}

/** Both ends have one address: they are of one machine, whoever has the other. */
export const isToItself = (tcp: Buffer): boolean =>
  tcp.subarray(ENDS.local, ENDS.local + 16).equals(tcp.subarray(ENDS.remote, ENDS.remote + 16))

export const remotePort = (tcp: Buffer): number => tcp.readUInt16LE(ENDS.remotePort)
export const localPort = (tcp: Buffer): number => tcp.readUInt16LE(ENDS.localPort)
