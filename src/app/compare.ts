// Two instants held against each other: beside what the rows are sorted by, by how much that has changed since, most
// changed first; rows that are gone are there, too. What was not there is taken as none.
import type { View } from '../model/view.ts'
import type { Cell, Column, Kind, Row, Sort, AnyPanel } from '../panels/panel-types.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { AppState } from './state-types.ts'

export const CHANGE = 'change'

interface Cells {
  columns: readonly Column[]
  rows: readonly Row[]
}

const COMPARED: readonly Kind[] = ['count', 'rate', 'bytes', 'byteRate', 'duration', 'percent']
/** A probe that ran then has a sample no older than so many of its intervals. */
const OLD_INTERVALS = 2

/** From this instant on: the one shown, or now. Again: no more. */
export const toggleCompare = (state: AppState, view: View): AppState => {
  const { since, ...rest } = state
  if (since !== undefined) return { ...rest, notice: { text: 'no longer compared', role: 'good' } }
  const atMs = state.instantMs ?? view.store.ticks().at(-1)
  if (atMs === undefined) return { ...state, notice: { text: 'nothing to compare with yet', role: 'warn' } }
  const text =
    state.instantMs === undefined
      ? 'compared with now: the change is beside the column that rows are sorted by'
      : 'compared with this instant: End goes to now, [ and ] to other instants'
  return { ...state, since: atMs, notice: { text, role: 'good' } }
}

/** What a panel showed at the instant compared with; undefined: it is compared with nothing. */
export const samplesBefore = (
  { since }: Pick<AppState, 'since'>,
  view: View,
  { probe, depth = 1 }: AnyPanel,
): Sample[] | undefined => {
  if (since === undefined) return undefined
  const samples = view.at(since).samples(probe, depth) as Sample[]
  const last = samples.at(-1)
  return last && view.hasRows(last) && last.atMs > since - OLD_INTERVALS * last.intervalMs ? samples : []
}

/** `before` absent: nothing is known of then. Rows come in their new order, unless that is a tree's. */
export const compared = (
  now: Cells,
  before: Cells | undefined,
  sort: Sort,
  isTree: boolean,
): { columns: readonly Column[]; rows: Row[] } | undefined => {
  const at = now.columns.findIndex(({ id }) => id === sort.column)
  const column = now.columns[at]
  if (!column || !COMPARED.includes(column.kind)) return undefined
  const atBefore = before?.columns.findIndex(({ id }) => id === sort.column) ?? -1
  const old = new Map(before?.rows.map((row) => [row.key, row]))
  const changeOf = (row: Row): number | undefined => {
    const then = old.get(row.key)
    return atBefore < 0 ? undefined : difference(row.cells[at], then ? then.cells[atBefore] : 0)
  }
  const known = new Set(now.rows.map(({ key }) => key))
  const gone = isTree || !before ? [] : before.rows.filter(({ key, idle }) => !idle && !known.has(key))
  const rows = [
    ...now.rows.map((row) => ({ ...row, cells: [...row.cells, changeOf(row)] })),
    ...gone.flatMap((row) => goneRow(row, now.columns, before!.columns, at) ?? []),
  ]
  return {
    columns: [...now.columns, changeColumn(column)],
    rows: isTree || atBefore < 0 ? rows : byChange(rows, now.columns.length, sort.descending ? -1 : 1),
  }
}

const difference = (now: Cell, then: Cell): number | undefined =>
  typeof now === 'number' && typeof then === 'number' ? now - then : undefined

/** What it was is known, and that it is nothing now. */
const goneRow = (row: Row, columns: readonly Column[], then: readonly Column[], at: number): Row | undefined => {
  const cells = columns.map(({ id, kind }, index): Cell => {
    const cell = row.cells[then.findIndex((column) => column.id === id)]
    return index === at ? 0 : kind === 'text' || kind === 'id' ? cell : undefined
  })
  const was = row.cells[then.findIndex(({ id }) => id === columns[at]!.id)]
  return typeof was === 'number' && was !== 0 ? { ...row, cells: [...cells, -was], role: 'dim' } : undefined
}

const changeColumn = ({ kind, priority, title }: Column): Column => ({
  id: CHANGE,
  title: 'CHANGE',
  kind,
  help: `by how much ${title} is more or less than at the instant it is compared with (D)`,
  priority: Math.min(priority, 0.6),
  signed: true,
})

/** As they were among equals; what is not known last. */
const byChange = (rows: readonly Row[], at: number, sign: 1 | -1): Row[] => {
  const size = ({ cells }: Row): number => (typeof cells[at] === 'number' ? Math.abs(cells[at]) : NaN)
  return rows.toSorted((a, b) => {
    const [left, right] = [size(a), size(b)]
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right))
    return sign * (left - right)
  })
}
