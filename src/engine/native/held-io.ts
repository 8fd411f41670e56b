// What probes/held_io.h says of threads in state D, and the functions it looks for: where they are in this kernel is
// read once from /proc/kallsyms, piece by piece, so that the engine goes on meanwhile.
import type { HeldIo } from '../../stream/sched-types.ts'
import { piecesOf } from '../symbols/kernel.ts'
import type { BpfObject } from './object.ts'
import type { Types } from './btf-types.ts'

/** What holds it in each of the functions. Static ones may have been inlined: then nothing is said of them. */
const BY_PLACE: readonly (readonly [place: string, by: HeldIo['by']])[] = [
  ['wbt_wait', 'writeback'],
  ['ioc_rqos_throttle', 'cost'],
  ['blkcg_iolatency_throttle', 'latency'],
  ['balance_dirty_pages', 'dirty'],
  ['blkcg_maybe_throttle_current', 'debt'],
]
const PLACES = BY_PLACE.map(([place]) => place)

/** `level`: the limit is that of the group so many above the thread's own. */
type HeldBy = { by: HeldIo['by']; level: number } | undefined

/** What the bits say that are written of a thread. Throws Error where the object has them not. */
export const heldIoReader = (types: Types): ((bits: number) => HeldBy) => {
  const { limit, place, bits } = types.values('held', {
    limit: 'HELD_LIMIT',
    place: 'HELD_PLACE',
    bits: 'HELD_LEVEL_BITS',
  })
  const mask = (1 << bits) - 1
  return (held) => {
    const what = held & mask
    const by = what === limit ? 'limit' : BY_PLACE[what - place]?.[1]
    return by && { by, level: (held >>> bits) & mask }
  }
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

/** Where the functions are told. Throws Error where there is no room for them. */
export const placesLayout = (types: Types) => ({
  at: PLACES.map((_, i) => types.layout('places', { from: `at[${i}].from`, to: `at[${i}].to` })),
  ...types.layout('places', ['known']),
})

/** Until it is done, nothing is found in stacks. `isClosed`: the object is not there any more. */
export const placesWriter = (object: BpfObject): ((isClosed: () => boolean, path?: string) => Promise<void>) => {
  const { at, known, size } = placesLayout(object)
  return async (isClosed, path) => {
    const places = await placesIn(path)
    if (isClosed()) return
    const value = Buffer.alloc(size)
    places.forEach((place, i) => {
      value.writeBigUInt64LE(place?.from ?? 0n, at[i]!.from)
      value.writeBigUInt64LE(place?.to ?? 0n, at[i]!.to)
    })
    value.writeBigUInt64LE(1n, known)
    object.map('.data.places').update(Buffer.alloc(4), value)
  }
}
