// What probes/held_io.h says of threads in state D, and the functions it looks for: where they are in this kernel is
// read once from /proc/kallsyms, piece by piece, so that the engine goes on meanwhile.
import type { HeldIo } from '../../stream/sched.ts'
import { piecesOf } from '../symbols/kernel.ts'
import type { BpfObject } from './object.ts'

/** By number, as there; a limit's is not looked for by function. */
const BY: readonly (HeldIo['by'] | undefined)[] = [undefined, 'limit', 'writeback', 'cost', 'latency', 'dirty', 'debt']
/** Behind the first two. Static ones may have been inlined: then nothing is said of them. */
const PLACES: readonly string[] = [
  'wbt_wait',
  'ioc_rqos_throttle',
  'blkcg_iolatency_throttle',
  'balance_dirty_pages',
  'blkcg_maybe_throttle_current',
]

/** `level`: the limit is that of the group so many above the thread's own. */
export const heldIoIn = (bits: number): { by: HeldIo['by']; level: number } | undefined => {
  const by = BY[bits & 0xf]
  return by && { by, level: (bits >>> 4) & 0xf }
}

interface Place {
  from: bigint
  to: bigint
}

/** From the first address to the one behind the last, in the order of PLACES. */
export const placesIn = async (path = '/proc/kallsyms'): Promise<(Place | undefined)[]> => {
  const found: (Place | undefined)[] = PLACES.map(() => undefined)
  let open: Place | undefined
  let rest = ''
  for await (const piece of piecesOf(path)) {
    const text: string = rest + piece
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end)
    // most pieces have none of them
    if (!open && !PLACES.some((name) => text.includes(` ${name}`))) continue
    for (const [, digits, name] of text.slice(0, end).matchAll(LINE)) {
      const address = BigInt(`0x${digits}`)
      if (open && address > open.from) {
        open.to = address
        open = undefined
      }
      // parts that the compiler split off have a suffix, and are elsewhere
      const place = PLACES.indexOf(name!)
      if (place >= 0 && address > 0n && !found[place]) found[place] = open = { from: address, to: address }
    }
  }
  return found
}

const LINE = /^([0-9a-f]{16}) [a-zA-Z] (\S+)/gm

/** Until it is done, nothing is found in stacks. `isClosed`: the object is not there any more. */
export const writePlaces = async (object: BpfObject, isClosed: () => boolean, path?: string): Promise<void> => {
  const places = await placesIn(path)
  if (isClosed()) return
  const map = object.map('.data.places')
  const value = Buffer.alloc(map.valueSize)
  places.forEach((place, i) => {
    value.writeBigUInt64LE(place?.from ?? 0n, i * 16)
    value.writeBigUInt64LE(place?.to ?? 0n, i * 16 + 8)
  })
  value.writeBigUInt64LE(1n, PLACES.length * 16)
  map.update(Buffer.alloc(4), value)
}
