// Tabs of a script's panel, what all of them share: names of its tables, which maps are shown how, what they are sorted by.
import type { ScriptMap } from '../../stream/script.ts'
import type { ColumnSpec, TabSpec } from '../../stream/spec.ts'
import type { FieldSpec } from '../../stream/fields.ts'

/** Tables of a script. */
export const SINGLES = 'singles'
export const EVENTS = 'events'
export const TEXT = 'text'
export const tableIdOf = (index: number): string => `m${index}`
/** The histogram of a whole map. */
export const histIdOf = (index: number): string => `h${index}`

export const isSingle = ({ does, keys }: ScriptMap): boolean => keys.length === 0 && does !== 'hist' && does !== 'lhist'
export const isHist = ({ does }: ScriptMap): boolean => does === 'hist' || does === 'lhist'

/** A table, and the tab that shows it. */
export interface Made {
  fields: FieldSpec[]
  tab: TabSpec
}

export const TOTAL = 'since the script was started'

/** As the script's header says, where there is such a column. */
export const sortIn = (columns: readonly ColumnSpec[], sort: string | undefined): TabSpec['sort'] | undefined => {
  const wanted = sort?.replace(/^[-+]/, '').toLowerCase()
  const found = columns.find(({ title }) => title.toLowerCase() === wanted)
  return found && { column: found.id, descending: sort!.startsWith('-') }
}
