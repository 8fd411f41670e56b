// The name of the function that an entry describes, or that the entry it refers to describes.
import { textIn } from '../base/bytes.ts'
import { entryAt, placeOf } from './debug-entries.ts'
import type { Abbreviations, Value } from './debug-entries.ts'
import { FORM, isStringIndex, unsignedAt } from './forms.ts'
import type { DebugSections } from './debug-sections.ts'
import type { Unit } from './address-ranges.ts'
import type { Units } from './units.ts'

const MOST_ENTRY = 4096
const LONGEST = 1024
const MOST_STEPS = 8

export const nameAt = async (
  sections: DebugSections,
  units: Units,
  tableOf: (unit: Unit) => Promise<Abbreviations>,
  place: number | undefined,
): Promise<string | undefined> => {
  let plain: string | undefined
  for (let steps = 0; steps < MOST_STEPS && place !== undefined; steps++) {
    const unit = units.at(place)
    if (!unit) break
    const bytes = await sections.info(place, Math.min(MOST_ENTRY, unit.end - place))
    const entry = entryAt({ bytes, at: 0 }, await tableOf(unit), unit)
    if (!entry) break
    // the one for the linker has all of it, where the language has more than a name
    if (entry.linkageName) return textOf(sections, unit, bytes, entry.linkageName)
    if (entry.name) plain ??= await textOf(sections, unit, bytes, entry.name)
    place = entry.origin && placeOf(entry.origin, unit.start)
  }
  return plain
}

const textOf = async (
  sections: DebugSections,
  unit: Unit,
  entry: Buffer,
  { form, number }: Value,
): Promise<string | undefined> => {
  if (form === FORM.string) return textIn(entry.subarray(number))
  if (form === FORM.stringAt) return textIn(await sections.strings(number, LONGEST))
  if (form === FORM.lineStringAt) return textIn(await sections.lineStrings(number, LONGEST))
  if (!isStringIndex(form)) return undefined
  const bytes = await sections.stringOffsets(unit.stringOffsetsBase + number * unit.offsetBytes, unit.offsetBytes)
  return textIn(await sections.strings(unsignedAt({ bytes, at: 0 }, unit.offsetBytes), LONGEST))
}
