// The functions of one unit, and what was inlined into one of them at an address.
import { lastNotAbove } from '../base/address.ts'
import { entryAt, placeOf, TAG } from './debug-entries.ts'
import type { Abbreviations, Entry } from './debug-entries.ts'
import type { Cursor } from './forms.ts'
import type { Pause } from './pause.ts'
import { rangesOf } from './address-ranges.ts'
import type { DebugSections } from './debug-sections.ts'
import type { Unit } from './address-ranges.ts'

/** Functions by the addresses they take. */
export interface UnitFunctions {
  /** Where in .debug_info the entry of the function at an address begins and what it contains ends. */
  at(address: number): { start: number; end: number } | undefined
  count: number
}

export const NO_FUNCTIONS: UnitFunctions = { at: () => undefined, count: 0 }

interface Piece {
  low: number
  high: number
  start: number
  end: number
}

const MOST_UNIT_BYTES = 32 << 20
const MOST_PIECES = 200_000
const DEEPEST = 500
/** Of these, what they contain may be functions; others are passed by, where they say where they end. */
const OPEN: ReadonlySet<number> = new Set([TAG.unit, TAG.namespace, TAG.module])
const SUBPROGRAMS = new Set<number>([TAG.subprogram])
const INSIDE = new Set<number>([TAG.subprogram, TAG.inlined, TAG.lexicalBlock])

export const readUnitFunctions = async (
  sections: DebugSections,
  unit: Unit,
  table: Abbreviations,
  pause: Pause,
): Promise<UnitFunctions> => {
  const found: Piece[] = []
  if (unit.end - unit.first > MOST_UNIT_BYTES) return NO_FUNCTIONS
  const cursor = { bytes: await sections.info(unit.first, unit.end - unit.first), at: 0 }
  const open: { entry: Entry; start: number; depth: number }[] = []
  const close = async ({ entry, start }: { entry: Entry; start: number }): Promise<void> => {
    for (const [low, high] of await rangesOf(sections, unit, entry))
      found.push({ low, high, start, end: unit.first + cursor.at })
  }
  for (let depth = 0, turn = 0; cursor.at < cursor.bytes.length && found.length < MOST_PIECES; turn++) {
    if (turn % 256 === 0) await pause()
    const start = unit.first + cursor.at
    const entry = entryAt(cursor, table, unit, SUBPROGRAMS)
    if (!entry) {
      depth--
      if (open.at(-1)?.depth === depth) await close(open.pop()!)
      if (depth <= 0) break
      continue
    }
    const past = entry.hasChildren && !OPEN.has(entry.tag) && jumped(cursor, entry, unit)
    const isCode = entry.tag === TAG.subprogram && (entry.low !== undefined || entry.ranges !== undefined)
    if (entry.hasChildren && !past) {
      if (isCode) open.push({ entry, start, depth })
      if (++depth > DEEPEST) throw new RangeError('nested too deep')
    } else if (isCode) {
      await close({ entry, start })
    }
  }
  return byAddress(found)
}

/** Places in .debug_info of the functions that were inlined at an address, outermost first. */
export const inlinedAt = async (
  sections: DebugSections,
  unit: Unit,
  table: Abbreviations,
  { start, end }: { start: number; end: number },
  address: number,
  pause: Pause,
): Promise<number[]> => {
  const cursor = { bytes: await sections.info(start, end - start), at: 0 }
  const origins: number[] = []
  let skipped = Infinity // what is deeper does not hold the address
  for (let depth = 0, turn = 0; cursor.at < cursor.bytes.length; turn++) {
    if (turn % 256 === 0) await pause()
    const entry = entryAt(cursor, table, unit, INSIDE)
    if (!entry) {
      depth--
      if (depth <= skipped) skipped = Infinity
      if (depth <= 0) break
      continue
    }
    if (depth <= skipped) {
      const holds = depth === 0 || (await mayHold(sections, unit, entry, address))
      if (holds && entry.tag === TAG.inlined)
        origins.push(entry.origin ? (placeOf(entry.origin, unit.start) ?? NaN) : NaN)
      if (!holds && entry.hasChildren && !jumped(cursor, entry, unit, start)) {
        skipped = depth
        depth++
        continue
      }
      if (!holds) continue
    }
    if (entry.hasChildren) depth++
    else if (depth === 0) break
  }
  return origins
}

/** Made apart from where the unit is read, so that what it was read from is not kept. */
const byAddress = (pieces: Piece[]): UnitFunctions => {
  pieces.sort((a, b) => a.low - b.low)
  const of = (key: keyof Piece): Float64Array => Float64Array.from(pieces, (piece) => piece[key])
  const [lows, highs, starts, ends] = [of('low'), of('high'), of('start'), of('end')]
  return {
    at(address) {
      const index = lastNotAbove(lows, address)
      return index >= 0 && address < highs[index]! ? { start: starts[index]!, end: ends[index]! } : undefined
    },
    count: lows.length,
  }
}

/** Of other entries than those of code it is not known. */
const mayHold = async (sections: DebugSections, unit: Unit, entry: Entry, address: number): Promise<boolean> => {
  if (!INSIDE.has(entry.tag)) return true
  const ranges = await rangesOf(sections, unit, entry)
  if (ranges.length === 0) return entry.tag === TAG.lexicalBlock
  return ranges.some(([low, high]) => address >= low && address < high)
}

/** Goes behind what the entry contains, if it says where that ends. */
const jumped = (cursor: Cursor, { sibling }: Entry, unit: Unit, base = unit.first): boolean => {
  const place = sibling && placeOf(sibling, unit.start)
  if (place === undefined || place - base < cursor.at || place - base > cursor.bytes.length) return false
  cursor.at = place - base
  return true
}
