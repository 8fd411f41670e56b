// Columns that the directory of processes adds to any table of processes, behind the name: user, control group, container,
// parent, command line.
import type { Entry } from '../model/directory.ts'
import type { View } from '../model/view.ts'
import type { Cell, Column, Row } from '../panels/panel-types.ts'
import { rowDirectory, type Found } from './row-directory.ts'

export type Addable = 'user' | 'group' | 'container' | 'parent' | 'line'

/** They go first where there is no room. */
export const ADDABLE: Readonly<Record<Addable, Column>> = {
  user: { id: 'user', title: 'USER', kind: 'text', help: 'who runs the process', priority: 2, width: 8 },
  group: {
    id: 'group',
    title: 'GROUP',
    kind: 'text',
    help: 'control group of the process, or the container it is',
    priority: 2,
    width: 16,
    middle: true,
  },
  container: {
    id: 'container',
    title: 'CONTAINER',
    kind: 'text',
    help: 'container it runs in',
    priority: 2,
    width: 12,
  },
  parent: {
    id: 'parent',
    title: 'PARENT',
    kind: 'text',
    help: 'name and number of its parent',
    priority: 2,
    width: 14,
  },
  line: {
    id: 'line',
    title: 'COMMAND LINE',
    kind: 'text',
    help: 'what was run, without its folder; of kernel threads nothing',
    priority: 2,
    width: 16,
    middle: true,
  },
}

/** What a table of processes has on the full screen where room is left: it shows only when all others do. */
export const SPARE: Column = { ...ADDABLE.line, priority: 99 }

/** As the last column; undefined where none of them is known. */
export const withSpare = (
  { columns, rows }: Cells,
  view: View,
): { columns: readonly Column[]; rows: Row[] } | undefined => {
  const find = rowDirectory(view)
  const lines = rows.map((row) => wordOf('line', find(row)))
  if (lines.every((line) => line === undefined)) return undefined
  return { columns: [...columns, SPARE], rows: rows.map((row, at) => ({ ...row, cells: [...row.cells, lines[at]] })) }
}

interface Cells {
  columns: readonly Column[]
  rows: readonly Row[]
}

/** In this order behind the name; those that the table has itself stay as they are. */
export const withAdded = (
  ids: readonly Addable[],
  { columns, rows }: Cells,
  view: View,
): { columns: readonly Column[]; rows: Row[] } => {
  const added = ids.filter((id) => !columns.some((column) => column.id === id))
  if (added.length === 0) return { columns, rows: rows as Row[] }
  const find = rowDirectory(view)
  const nameAt = columns.findIndex(({ id }) => id === 'command')
  const after = <T>(list: readonly T[], items: readonly T[]): T[] => [
    ...list.slice(0, nameAt + 1),
    ...items,
    ...list.slice(nameAt + 1),
  ]
  return {
    columns: after(
      columns,
      added.map((id) => ADDABLE[id]),
    ),
    rows: rows.map((row) => {
      const found = find(row)
      return {
        ...row,
        cells: after(
          row.cells,
          added.map((id) => wordOf(id, found)),
        ),
      }
    }),
  }
}

const FOLDER = /^\/\S*\//

/** The command line without the folder of its program. */
export const lineOf = ({ args }: Entry): string | undefined => args?.replace(FOLDER, '') || undefined

const wordOf = (id: Addable, { entry, directory }: Found): Cell => {
  if (!entry) return undefined
  switch (id) {
    case 'user':
      return entry.user ?? (entry.uid === undefined ? undefined : String(entry.uid))
    case 'group':
      return entry.container?.name ?? entry.cgroup
    case 'container':
      return entry.container?.name
    case 'parent':
      return entry.parent ? `${directory.find(entry.parent)?.comm ?? ''} ${entry.parent}`.trim() : undefined
    case 'line':
      return lineOf(entry)
  }
}
