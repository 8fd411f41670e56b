// What else tables of processes say of each: its command line in place of its name, or its user, control group or parent
// in a column of its own. From the directory of processes, so that every panel of processes has it.
import { directoryOf, type Directory, type Entry } from '../model/directory.ts'
import type { Store } from '../model/store.ts'
import type { Cell, Column, Row } from '../panels/types.ts'

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

/** Behind the name; it goes first where there is no room. */
const ADDED: Readonly<Record<Exclude<Naming, 'name' | 'line'>, Column>> = {
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
  parent: {
    id: 'parent',
    title: 'PARENT',
    kind: 'text',
    help: 'name and number of its parent',
    priority: 2,
    width: 14,
  },
}

const LINE: Pick<Column, 'title' | 'help' | 'middle'> = {
  title: 'COMMAND LINE',
  help: 'what was run, without its folder; of kernel threads the name',
  middle: true,
}
const FOLDER = /^\/\S*\//

export const named = (
  naming: Exclude<Naming, 'name'>,
  { columns, rows }: { columns: readonly Column[]; rows: readonly Row[] },
  store: Store,
  atMs: number | undefined,
): { columns: readonly Column[]; rows: Row[] } => {
  const directory = directoryOf(store, atMs)
  const nameAt = columns.findIndex(({ id }) => id === 'command')
  const entryOf = ({ pid, startedMs }: Row): Entry | undefined =>
    pid === undefined ? undefined : directory.find(pid, startedMs)
  if (naming === 'line')
    return {
      columns: columns.map((column, at) => (at === nameAt ? { ...column, ...LINE } : column)),
      rows: rows.map((row): Row => {
        const args = entryOf(row)?.args?.replace(FOLDER, '')
        if (!args) return row
        const cells = row.cells.map((cell, at) => (at === nameAt ? args : cell))
        return { ...row, cells, comm: row.comm ?? String(row.cells[nameAt] ?? '') }
      }),
    }
  const after = <T>(list: readonly T[], item: T): T[] => [...list.slice(0, nameAt + 1), item, ...list.slice(nameAt + 1)]
  return {
    columns: after(columns, ADDED[naming]),
    rows: rows.map((row) => ({ ...row, cells: after(row.cells, wordOf(naming, entryOf(row), directory)) })),
  }
}

const wordOf = (naming: Exclude<Naming, 'name' | 'line'>, entry: Entry | undefined, directory: Directory): Cell => {
  if (!entry) return undefined
  switch (naming) {
    case 'user':
      return entry.user ?? (entry.uid === undefined ? undefined : String(entry.uid))
    case 'group':
      return entry.container?.name ?? entry.cgroup
    case 'parent':
      return entry.parent ? `${directory.find(entry.parent)?.comm ?? ''} ${entry.parent}`.trim() : undefined
  }
}
