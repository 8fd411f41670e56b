// Packets dropped, by reason and place, from cumulative counts of each CPU. No system calls here.
import type { RowOf } from '../../../stream/spec.ts'
import type { NETWORK } from './spec.ts'

type DropRow = RowOf<typeof NETWORK.tables.drops>

const NO_REASON = 0xffff_ffff
const PREFIX = 'SKB_DROP_REASON_'
/** Reasons of subsystems (wireless, Open vSwitch) have their number in the upper half, and names in modules. */
const SUBSYSTEM = 0x1_0000

/** `names`: the kernel's own, by number. */
export const reasonName = (reason: number, names: ReadonlyMap<number, string>): string => {
  if (reason === NO_REASON) return 'not told before 5.17'
  const name = names.get(reason)
  if (name) return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name
  return reason >= SUBSYSTEM ? `subsystem ${Math.floor(reason / SUBSYSTEM)}: ${reason % SUBSYSTEM}` : `reason ${reason}`
}

/** As in linux/if_ether.h; the number is in the network's order. */
const PROTOCOLS: Readonly<Record<number, string>> = {
  0x0800: 'IPv4',
  0x86dd: 'IPv6',
  0x0806: 'ARP',
  0x88cc: 'LLDP',
  0x8100: 'VLAN',
  0x888e: 'EAPOL',
}

export const protocolName = (swapped: number): string => {
  const protocol = ((swapped & 0xff) << 8) | ((swapped >>> 8) & 0xff)
  return protocol === 0 ? '' : (PROTOCOLS[protocol] ?? `0x${protocol.toString(16).padStart(4, '0')}`)
}

export interface DropCount {
  /** Address, as in kernel symbols: the constant upper 16 bits left out. */
  place: number
  reason: number
  protocol: number
  packets: number
  bytes: number
}

/** What was dropped between two readings; several addresses in one function are one row. */
export const dropsBetween = (names: ReadonlyMap<number, string>) => {
  const before = new Map<string, DropCount>()
  return (now: readonly DropCount[], placeOf: (place: number) => string): DropRow[] => {
    const rows = new Map<string, DropRow>()
    for (const each of now) {
      const key = `${each.place} ${each.reason} ${each.protocol}`
      const was = before.get(key)
      before.set(key, each)
      const packets = each.packets - (was?.packets ?? 0)
      if (packets <= 0) continue
      const bytes = each.bytes - (was?.bytes ?? 0)
      const reason = reasonName(each.reason, names)
      const place = placeOf(each.place)
      const protocol = protocolName(each.protocol)
      const of = `${reason} ${place} ${protocol}`
      const sum = rows.get(of)
      rows.set(of, {
        reason,
        place,
        protocol,
        packets: packets + (sum?.packets ?? 0),
        bytes: bytes + (sum?.bytes ?? 0),
      })
    }
    return [...rows.values()]
  }
}
