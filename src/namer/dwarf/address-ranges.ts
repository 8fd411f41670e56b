// The addresses that an entry stands for: from one to another, or a list of such ranges.
import type { Entry, Value } from './debug-entries.ts'
import { FORM, isAddressIndex, lebAt, unsignedAt } from './forms.ts'
import type { Cursor, Encoding } from './forms.ts'
import type { DebugSections } from './debug-sections.ts'

/** One of .debug_info. */
export interface Unit extends Encoding {
  /** In .debug_info: of the unit, its first entry, what is behind it. */
  start: number
  first: number
  end: number
  abbreviations: number
  /** From where its ranges count, and where its parts of other sections begin. */
  low: number
  stringOffsetsBase: number
  addressBase: number
  rangesBase: number
}

type Range = readonly [low: number, high: number]

const MOST_RANGES = 100_000
const LIST_BYTES = 1 << 12
const LIST = {
  end: 0,
  baseIndex: 1,
  indexes: 2,
  indexAndLength: 3,
  offsets: 4,
  base: 5,
  addresses: 6,
  addressAndLength: 7,
}

export const rangesOf = async (
  sections: DebugSections,
  unit: Unit,
  { low, high, ranges }: Partial<Entry>,
): Promise<readonly Range[]> => {
  if (ranges) return (await listAt(sections, unit, ranges)).filter(isUsed)
  if (!low || !high) return []
  const from = await addressOf(sections, unit, low)
  const isAddress = high.form === FORM.address || isAddressIndex(high.form)
  const range: Range = [from, isAddress ? await addressOf(sections, unit, high) : from + high.number]
  return isUsed(range) ? [range] : []
}

/** Linkers leave functions that they dropped at 0, or at the end of all addresses. */
const isUsed = ([low, high]: Range): boolean => low > 0 && high > low && high < 2 ** 52

export const addressOf = async (sections: DebugSections, unit: Unit, { form, number }: Value): Promise<number> =>
  isAddressIndex(form) ? indexedAddress(sections, unit, number) : number

const indexedAddress = async (
  sections: DebugSections,
  { addressBase, addressBytes }: Unit,
  index: number,
): Promise<number> =>
  unsignedAt({ bytes: await sections.addresses(addressBase + index * addressBytes, addressBytes), at: 0 }, addressBytes)

const listAt = async (sections: DebugSections, unit: Unit, { form, number }: Value): Promise<Range[]> => {
  const read = unit.version >= 5 ? sections.rangeLists : sections.ranges
  let offset = number
  if (form === FORM.rangesIndex) {
    const entry = await read(unit.rangesBase + number * unit.offsetBytes, unit.offsetBytes)
    offset = unit.rangesBase + unsignedAt({ bytes: entry, at: 0 }, unit.offsetBytes)
  }
  for (let length = LIST_BYTES; ; length *= 16) {
    const bytes = await read(offset, length)
    try {
      return await (unit.version >= 5 ? newList : oldList)({ bytes, at: 0 }, sections, unit)
    } catch (error) {
      if (bytes.length < length || length > 2 ** 24) throw error
    }
  }
}

/** DWARF 4: pairs of addresses. */
const oldList = (cursor: Cursor, _: DebugSections, { addressBytes, low }: Unit): Range[] => {
  const list: Range[] = []
  const largest = 256 ** addressBytes - 1
  for (let base = low; list.length < MOST_RANGES;) {
    const from = unsignedAt(cursor, addressBytes)
    const to = unsignedAt(cursor, addressBytes)
    if (from === 0 && to === 0) break
    if (from >= largest) base = to
    else list.push([base + from, base + to])
  }
  return list
}

/** DWARF 5: each entry says what it is. */
const newList = async (cursor: Cursor, sections: DebugSections, unit: Unit): Promise<Range[]> => {
  const list: Range[] = []
  const address = (): number => unsignedAt(cursor, unit.addressBytes)
  const indexed = (): Promise<number> => indexedAddress(sections, unit, lebAt(cursor))
  for (let base = unit.low; list.length < MOST_RANGES;) {
    const kind = unsignedAt(cursor, 1)
    if (kind === LIST.end) break
    if (kind === LIST.base) base = address()
    else if (kind === LIST.baseIndex) base = await indexed()
    else if (kind === LIST.offsets) list.push([base + lebAt(cursor), base + lebAt(cursor)])
    else if (kind === LIST.addresses) list.push([address(), address()])
    else if (kind === LIST.indexes) list.push([await indexed(), await indexed()])
    else if (kind === LIST.addressAndLength || kind === LIST.indexAndLength) {
      const from = kind === LIST.addressAndLength ? address() : await indexed()
      list.push([from, from + lebAt(cursor)])
    } else throw new RangeError('no such kind of range')
  }
  return list
}
