// bpftrace from 0.24 on leaves out all blanks of a key as JSON, and brackets around it: what they were is known from the
// texts that stand in the script, and of commands from those that run. Where neither says so it stays as printed.
import type { ScriptPlan } from '../../../stream/script.ts'
import type { TableCell, TablesData } from '../../../stream/tables.ts'
import { tokensOf } from '../../../model/scripts/lex.ts'
import { tableIdOf } from '../../../model/scripts/tabs.ts'
import { blankNames, withoutBlanks } from '../../proc/blank-names.ts'

type NameOf = (squeezed: string) => string | undefined

let shared: NameOf | undefined
/** Of all scripts. */
const sharedNames: NameOf = (squeezed) => (shared ??= blankNames(() => performance.now()))(squeezed)

/** Of a key alone in its bracket. */
const withoutBrackets = (text: string): string => withoutBlanks(text).replace(/^\((.*)\)$/s, '$1')

export const createBlankKeys = ({ text, maps }: Pick<ScriptPlan, 'text' | 'maps'>, nameOf: NameOf = sharedNames) => {
  const literals = tokensOf(text).flatMap((token) => (token.is === 'text' ? [token.text] : []))
  const by = (printed: (literal: string) => string): NameOf => {
    const found = new Map(literals.map((literal) => [printed(literal), literal]))
    return (squeezed) => found.get(squeezed)
  }
  const commandOf: NameOf = (squeezed) => nameOf(squeezed) ?? nameOf(`(${squeezed})`)
  const places = maps.flatMap(({ keys }, index) =>
    keys.flatMap(({ is, dim }, at) => {
      if (is !== 'text' && is !== 'any') return []
      const written = by(keys.length === 1 ? withoutBrackets : withoutBlanks)
      const command = dim !== 'comm' ? undefined : keys.length === 1 ? commandOf : nameOf
      return [{ table: tableIdOf(index), at, wholeOf: (cell: string) => written(cell) ?? command?.(cell) ?? cell }]
    }),
  )

  return (tables: TablesData['tables']): TablesData['tables'] => {
    const whole = { ...tables }
    for (const { table, at, wholeOf } of places) {
      const given = whole[table]
      const cellOf = (cell: TableCell): TableCell => (typeof cell === 'string' && cell !== '' ? wholeOf(cell) : cell)
      if (given) whole[table] = { ...given, rows: given.rows.map((row) => row.with(at, cellOf(row[at]!))) }
    }
    return whole
  }
}
