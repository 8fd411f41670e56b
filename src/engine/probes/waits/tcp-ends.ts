// The two ends of a TCP connection as the kernel program gives them, and as keys for the end opposite.
import { addressText, AF_INET } from '../../native/addresses.ts'
import type { Layout, Types } from '../../native/btf-types.ts'

const FIELDS = {
  localPort: 'local_port',
  remotePort: 'remote_port',
  family: 'family',
  local: 'local',
  remote: 'remote',
}
const ADDRESS_BYTES = 16
const PORT_BYTES = 2

export class TcpEnds {
  private readonly bytes: Buffer
  private readonly at: Layout<keyof typeof FIELDS>
  constructor(bytes: Buffer, at: Layout<keyof typeof FIELDS>) {
    this.bytes = bytes
    this.at = at
  }

  get localPort(): number {
    return this.bytes.readUInt16LE(this.at.localPort)
  }

  get remotePort(): number {
    return this.bytes.readUInt16LE(this.at.remotePort)
  }

  /** `127.0.0.1:80`. */
  get remoteText(): string {
    const isFour = this.bytes.readUInt16LE(this.at.family) === AF_INET
    const address = addressText(this.bytes, this.at.remote, isFour)
    return `${address.includes(':') ? `[${address}]` : address}:${this.remotePort}`
  }

  /** Both ends have one address: they are of one machine, whoever has the other. */
  get isToItself(): boolean {
    return this.address(this.at.local).equals(this.address(this.at.remote))
  }

  /** The key of the other end. */
  otherEnd(): Buffer {
    const { bytes, at } = this
    const other = Buffer.from(bytes)
    bytes.copy(other, at.localPort, at.remotePort, at.remotePort + PORT_BYTES)
    bytes.copy(other, at.remotePort, at.localPort, at.localPort + PORT_BYTES)
    this.address(at.remote).copy(other, at.local)
    this.address(at.local).copy(other, at.remote)
    return other
  }

  private address(from: number): Buffer {
    return this.bytes.subarray(from, from + ADDRESS_BYTES)
  }
}

/** Gives those at a place in bytes, which may be overwritten afterwards. */
export const endsReader = (types: Types): ((bytes: Buffer, from: number) => TcpEnds) => {
  const at = types.layout('tcp_ends', FIELDS)
  return (bytes, from) => new TcpEnds(Buffer.from(bytes.subarray(from, from + at.size)), at)
}
