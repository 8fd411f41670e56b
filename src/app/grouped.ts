// Rows of processes added up: all of one name, of one user, of one control group, of one container. What adds up is added, of
// longest waits the longest is kept, and what is neither (a percentile, a mean) is left blank, never averaged.
import type { Entry } from '../model/directory.ts'
import { createLatest } from '../model/memo.ts'
import type { Selection } from '../model/selection.ts'
import type { View } from '../model/view.ts'
import type { Cell, Column, Row, Sort } from '../panels/panel-types.ts'
import { rowDirectory, type Found } from './row-directory.ts'

/** In the order of the key. */
export const GROUPINGS = ['each', 'name', 'user', 'group', 'container', 'parent'] as const
export type Grouping = (typeof GROUPINGS)[number]

export const nextGrouping = (grouping: Grouping = 'each'): Grouping =>
  GROUPINGS[(GROUPINGS.indexOf(grouping) + 1) % GROUPINGS.length]!

/** As the footer has them. */
export const GROUPING_KEYS: Readonly<Record<Grouping, string>> = {
  each: 'each process',
  name: 'add up name',
  user: 'add up user',
  group: 'add up group',
  container: 'add up container',
  parent: 'tree',
}

/** As panel titles have them. */
export const GROUPING_LABELS: Readonly<Record<Grouping, string>> = {
  each: 'by process',
  name: 'by name',
  user: 'by user',
  group: 'by control group',
  container: 'by container',
  parent: 'as a tree',
}

/** Each of these is a row; a tree has rows of its own (tree.ts). */
export type Summing = Exclude<Grouping, 'each' | 'parent'>

/** Rows can be added up where they are processes. */
export const isGroupable = createLatest(
  (columns: readonly Column[]): boolean =>
    columns.some(({ id }) => id === 'pid') && columns.some(({ id }) => id === 'command'),
)

const HEADS: Readonly<Record<Summing, Pick<Column, 'title' | 'help'>>> = {
  name: { title: 'COMMAND', help: 'name of the processes' },
  user: { title: 'USER', help: 'who runs the processes' },
  group: { title: 'GROUP', help: 'control group of the processes, or the container it is' },
  container: { title: 'CONTAINER', help: 'container the processes run in' },
}

/** `columns` and `rows` of a panel of processes. `sort`: whose greatest row speaks for its group where there are only words. */
export const grouped = (
  by: Summing,
  { columns, rows }: { columns: readonly Column[]; rows: readonly Row[] },
  sort: Sort,
  view: View,
): { columns: readonly Column[]; rows: Row[] } => {
  const find = rowDirectory(view)
  const nameAt = columns.findIndex(({ id }) => id === 'command')
  const groups = new Map<string, { about?: Selection; label: string; rows: Row[] }>()
  for (const row of rows) {
    const { key, ...group } = groupOf(by, row, String(row.comm ?? row.cells[nameAt] ?? ''), find(row))
    const known = groups.get(key)
    if (known) known.rows.push(row)
    else groups.set(key, { ...group, rows: [row] })
  }
  const sortAt = columns.findIndex(({ id }) => id === sort.column)
  return {
    columns: columns.map((column) =>
      column.id === 'pid'
        ? { ...column, title: 'N', kind: 'count', help: 'rows added up' }
        : column.id === 'command'
          ? { ...column, ...HEADS[by] }
          : column,
    ),
    rows: [...groups].map(([key, { about, label, rows: members }]): Row => {
      const first = members.reduce((top, row) => (amount(row.cells[sortAt]) > amount(top.cells[sortAt]) ? row : top))
      const cells = columns.map((column, at): Cell =>
        column.id === 'pid' ? members.length : column.id === 'command' ? label : together(column, at, members, first),
      )
      return {
        key,
        cells,
        ...(about ? { about } : {}),
        ...(members.every(({ role }) => role === 'dim') ? { role: 'dim' } : {}),
      }
    }),
  }
}

const amount = (cell: Cell): number => (typeof cell === 'number' ? cell : -Infinity)

interface Group {
  key: string
  label: string
  /** Absent: nothing that can be narrowed to. */
  about?: Selection
}

const groupOf = (by: Summing, row: Row, comm: string, { entry }: Found): Group => {
  if (row.pid === undefined) return { key: row.key, label: comm }
  if (by === 'name') {
    const name = entry?.comm || comm
    return { key: `name ${name}`, label: name, ...(name === '' ? {} : { about: { is: 'comm', comm: name } }) }
  }
  const known = entry && (by === 'user' ? userOf(entry) : by === 'container' ? containerOf(entry) : cgroupOf(entry))
  return known ?? { key: `no ${by}`, label: by === 'container' && entry ? '(none)' : '(not known)' }
}

const userOf = ({ uid, user }: Entry): Group | undefined =>
  uid === undefined
    ? undefined
    : { key: `user ${uid}`, label: user ?? String(uid), about: { is: 'user', uid, name: user ?? String(uid) } }

const containerOf = ({ container }: Entry): Group | undefined =>
  container && {
    key: `group ${container.group}`,
    label: container.name,
    about: { is: 'cgroup', path: container.group, container: container.name },
  }

const cgroupOf = (entry: Entry): Group | undefined => {
  const { cgroup } = entry
  if (entry.container) return containerOf(entry)
  return cgroup === undefined
    ? undefined
    : { key: `group ${cgroup}`, label: cgroup, ...(cgroup === '/' ? {} : { about: { is: 'cgroup', path: cgroup } }) }
}

const ADDED: readonly Column['kind'][] = ['count', 'rate', 'bytes', 'byteRate', 'percent']
const LONGEST = ['max', 'longest']

/** One cell of all of them; a word is that of `first`. */
export const together = ({ id, kind }: Column, at: number, members: readonly Row[], first: Row | undefined): Cell => {
  if (kind === 'text') return first?.cells[at]
  const values = members.flatMap(({ cells }) => (typeof cells[at] === 'number' ? [cells[at]] : []))
  if (members.length === 1) return members[0]!.cells[at]
  if (values.length === 0) return undefined
  if (LONGEST.includes(id)) return Math.max(...values)
  return ADDED.includes(kind) ? values.reduce((sum, value) => sum + value, 0) : undefined
}
