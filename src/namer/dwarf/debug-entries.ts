// Debugging information entries: of each only what is needed to find functions and what was inlined into them.
import { forward, FORM, isReference, lebAt, signedLebAt, sizeOf, valueAt } from './forms.ts'
import type { Cursor, Encoding } from './forms.ts'
import type { Read } from './debug-sections.ts'

export const TAG = {
  lexicalBlock: 0x0b,
  unit: 0x11,
  inlined: 0x1d,
  module: 0x1e,
  subprogram: 0x2e,
  namespace: 0x39,
} as const

export interface Value {
  form: number
  number: number
}

export interface Entry {
  tag: number
  hasChildren: boolean
  /** Place behind its children. */
  sibling?: Value
  name?: Value
  linkageName?: Value
  low?: Value
  high?: Value
  ranges?: Value
  /** What it is an instance of, or completes. */
  origin?: Value
  stringOffsetsBase?: Value
  addressBase?: Value
  rangesBase?: Value
}

type Key = Exclude<keyof Entry, 'tag' | 'hasChildren'>

const SIBLING = 0x01
const ATTRIBUTES: Readonly<Record<number, Key>> = {
  [SIBLING]: 'sibling',
  0x03: 'name',
  0x11: 'low',
  0x12: 'high',
  0x31: 'origin',
  0x47: 'origin',
  0x55: 'ranges',
  0x6e: 'linkageName',
  0x2007: 'linkageName',
  0x72: 'stringOffsetsBase',
  0x73: 'addressBase',
  0x74: 'rangesBase',
}

/** How entries of one sort are written. */
interface Abbreviation {
  tag: number
  hasChildren: boolean
  /** Attribute, form, value where the form has it here. */
  parts: number[]
  /** Bytes that each takes, when that is always the same and nothing of it is needed to pass it by. */
  bytes: number | undefined
}

export type Abbreviations = Map<number, Abbreviation>

const MOST_TABLE_BYTES = 1 << 20
const FIRST_BYTES = 1 << 12
const MOST_PARTS = 3 * 256
const MOST_ENTRIES = 50_000

/** `only`: the one that is needed, usually the first. */
export const readAbbreviations = async (
  read: Read,
  offset: number,
  encoding: Encoding,
  only?: number,
): Promise<Abbreviations> => {
  for (let length = only === undefined ? 1 << 16 : FIRST_BYTES; ; length *= 8) {
    const bytes = await read(offset, length)
    try {
      return abbreviationsIn({ bytes, at: 0 }, encoding, only)
    } catch (error) {
      if (bytes.length < length || length > MOST_TABLE_BYTES) throw error
    }
  }
}

const abbreviationsIn = (cursor: Cursor, encoding: Encoding, only: number | undefined): Abbreviations => {
  const table: Abbreviations = new Map()
  for (let code = lebAt(cursor); code !== 0; code = lebAt(cursor)) {
    const tag = lebAt(cursor)
    const hasChildren = cursor.bytes[cursor.at] === 1
    forward(cursor, 1)
    const parts: number[] = []
    let bytes: number | undefined = 0
    for (;;) {
      const attribute = lebAt(cursor)
      const form = lebAt(cursor)
      const implicit = form === FORM.implicit ? signedLebAt(cursor) : 0
      if (attribute === 0 && form === 0) break
      if (parts.push(attribute, form, implicit) > MOST_PARTS) throw new RangeError('too many attributes')
      const size = attribute === SIBLING && hasChildren ? undefined : sizeOf(form, encoding)
      bytes = bytes === undefined || size === undefined ? undefined : bytes + size
    }
    if (table.size >= MOST_ENTRIES) throw new RangeError('too many abbreviations')
    table.set(code, { tag, hasChildren, parts, bytes })
    if (code === only) break
  }
  return table
}

/** The entry at the cursor; undefined where a list of children ends. Of tags other than `wanted` only what is needed to
 * go on. */
export const entryAt = (
  cursor: Cursor,
  table: Abbreviations,
  encoding: Encoding,
  wanted?: ReadonlySet<number>,
): Entry | undefined => {
  const code = lebAt(cursor)
  if (code === 0) return undefined
  const abbreviation = table.get(code)
  if (!abbreviation) throw new RangeError('no such abbreviation')
  const { tag, hasChildren, parts, bytes } = abbreviation
  const entry: Entry = { tag, hasChildren }
  const isWanted = wanted === undefined || wanted.has(tag)
  if (!isWanted && bytes !== undefined) {
    forward(cursor, bytes)
    return entry
  }
  for (let i = 0; i < parts.length; i += 3) {
    const form = parts[i + 1]!
    const number = valueAt(cursor, form, encoding, parts[i + 2]!)
    const key = ATTRIBUTES[parts[i]!]
    if (key !== undefined && (isWanted || key === 'sibling')) entry[key] = { form, number }
  }
  return entry
}

/** Where in the section something is that a value refers to; undefined when it is in another file. */
export const placeOf = ({ form, number }: Value, unitStart: number): number | undefined =>
  isReference(form) ? unitStart + number : form === FORM.referenceAt ? number : undefined
