// What the key changes that tables of processes say of each: its command line in place of its name, or its user, control
// group or parent in a column of its own.
import type { View } from '../model/view.ts'
import type { Column, Row } from '../panels/panel-types.ts'
import { lineOf, withAdded } from './added.ts'
import { rowDirectory } from './row-directory.ts'

/** In the order of the key. */
export const NAMINGS = ['name', 'line', 'user', 'group', 'parent'] as const
export type Naming = (typeof NAMINGS)[number]

export const nextNaming = (naming: Naming = 'name'): Naming => NAMINGS[(NAMINGS.indexOf(naming) + 1) % NAMINGS.length]!

export const NAMING_LABELS: Readonly<Record<Naming, string>> = {
  name: 'name',
  line: 'command line',
  user: 'user',
  group: 'control group',
  parent: 'parent',
}

const LINE: Pick<Column, 'title' | 'help' | 'middle'> = {
  title: 'COMMAND LINE',
  help: 'what was run, without its folder; of kernel threads the name',
  middle: true,
}

export const named = (
  naming: Exclude<Naming, 'name'>,
  { columns, rows }: { columns: readonly Column[]; rows: readonly Row[] },
  view: View,
): { columns: readonly Column[]; rows: Row[] } => {
  if (naming !== 'line') return withAdded([naming], { columns, rows }, view)
  const find = rowDirectory(view)
  const nameAt = columns.findIndex(({ id }) => id === 'command')
  return {
    columns: columns.map((column, at) => (at === nameAt ? { ...column, ...LINE } : column)),
    rows: rows.map((row): Row => {
      const { entry } = find(row)
      const line = entry && lineOf(entry)
      if (!line) return row
      const cells = row.cells.map((cell, at) => (at === nameAt ? line : cell))
      return { ...row, cells, comm: row.comm ?? String(row.cells[nameAt] ?? '') }
    }),
  }
}
