// The units of .debug_info, and which addresses each has to do with: of every unit only the first entry is read.
import { lastNotAbove } from '../base/address.ts'
import { entryAt, readAbbreviations } from './debug-entries.ts'
import type { Value } from './debug-entries.ts'
import { lebAt, unsignedAt } from './forms.ts'
import type { Cursor } from './forms.ts'
import { addressOf, rangesOf, type Unit } from './address-ranges.ts'
import type { Pause } from './pause.ts'
import type { DebugSections } from './debug-sections.ts'

export interface Units {
  /** That has the entry at a place. */
  at(place: number): Unit | undefined
  /** That may have the function at an address. */
  of(address: number): readonly Unit[]
}

const MOST_UNITS = 100_000
const MOST_PARTS = 200_000
const MOST_HEADER = 64
const MOST_ENTRY = 4096
const TYPE = { types: 2, skeleton: 4, split: 5, splitTypes: 6 }
/** Units may overlap, by mistake or in parts that were left out. */
const TRIES = 16

export const readUnits = async (sections: DebugSections, pause: Pause): Promise<Units> => {
  const units: Unit[] = []
  const parts: { low: number; high: number; unit: Unit }[] = []
  for (let start = 0, count = 0; count < MOST_UNITS && parts.length < MOST_PARTS; count++) {
    const bytes = await sections.info(start, MOST_HEADER)
    if (bytes.length < 12) break
    await pause()
    const { unit, end } = unitIn({ bytes, at: 0 }, start)
    start = end
    if (!unit) continue
    units.push(unit)
    for (const [low, high] of await readFirst(sections, unit).catch(() => [])) parts.push({ low, high, unit })
  }
  parts.sort((a, b) => a.low - b.low)
  const starts = units.map((unit) => unit.start)
  const lows = Float64Array.from(parts, ({ low }) => low)
  return {
    at(place) {
      const unit = units[lastNotAbove(starts, place)]
      return unit && place < unit.end ? unit : undefined
    },
    of(address) {
      const last = lastNotAbove(lows, address)
      return parts
        .slice(Math.max(0, last + 1 - TRIES), last + 1)
        .filter(({ high }) => address < high)
        .reverse()
        .map(({ unit }) => unit)
    },
  }
}

/** `unit` is undefined when it is of another version. */
const unitIn = (cursor: Cursor, start: number): { unit?: Unit; end: number } => {
  let length = unsignedAt(cursor, 4)
  const offsetBytes = length === 0xffffffff ? 8 : 4
  if (offsetBytes === 8) length = unsignedAt(cursor, 8)
  const end = start + cursor.at + length
  const version = unsignedAt(cursor, 2)
  if (version !== 4 && version !== 5) return { end }
  const type = version === 5 ? unsignedAt(cursor, 1) : 0
  const early = version === 5 ? unsignedAt(cursor, 1) : 0
  const abbreviations = unsignedAt(cursor, offsetBytes)
  const addressBytes = version === 5 ? early : unsignedAt(cursor, 1)
  if (type === TYPE.types || type === TYPE.splitTypes) unsignedAt(cursor, 8 + offsetBytes)
  if (type === TYPE.skeleton || type === TYPE.split) unsignedAt(cursor, 8)
  const first = start + cursor.at
  if (addressBytes !== 4 && addressBytes !== 8) return { end }
  return {
    end,
    unit: {
      start,
      first,
      end,
      version,
      offsetBytes,
      addressBytes,
      abbreviations,
      low: 0,
      stringOffsetsBase: 0,
      addressBase: 0,
      rangesBase: 0,
    },
  }
}

/** Completes the unit by what its first entry says, and gives its ranges. */
const readFirst = async (sections: DebugSections, unit: Unit): Promise<readonly (readonly [number, number])[]> => {
  const cursor = { bytes: await sections.info(unit.first, Math.min(MOST_ENTRY, unit.end - unit.first)), at: 0 }
  if (cursor.bytes.length === 0) return []
  const code = lebAt({ ...cursor })
  const entry = entryAt(cursor, await readAbbreviations(sections.abbreviations, unit.abbreviations, unit, code), unit)
  if (!entry) return []
  const number = (value: Value | undefined): number => value?.number ?? 0
  unit.stringOffsetsBase = number(entry.stringOffsetsBase)
  unit.addressBase = number(entry.addressBase)
  unit.rangesBase = number(entry.rangesBase)
  // where its ranges count from
  if (entry.low) unit.low = await addressOf(sections, unit, entry.low)
  return rangesOf(sections, unit, entry)
}
