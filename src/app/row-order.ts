// The order of rows, and which of them a filter leaves.
import { createLatest } from '../model/memo.ts'
import { cellAt } from '../panels/lazy-row.ts'
import { roleOf } from '../panels/severity.ts'
import type { Cell, Column, Row, Sort } from '../panels/panel-types.ts'
import { sanitize } from '../stream/harmless.ts'
import type { Thresholds } from '../stream/spec.ts'

/** Every word of a row is searched; a leading ! inverts. */
export const filterRows = (rows: readonly Row[], text: string): readonly Row[] => {
  const inverted = text.startsWith('!')
  const wanted = (inverted ? text.slice(1) : text).toLowerCase()
  return wanted === '' ? rows : rows.filter((row) => matches(row, wanted) !== inverted)
}

const matches = (row: Row, wanted: string): boolean =>
  row.cells.some((cell) => typeof cell === 'string' && sanitize(cell).toLowerCase().includes(wanted)) ||
  (row.pid !== undefined && String(row.pid).includes(wanted))

/** Blank cells last, whatever the direction; of equals those first that draw the attention, then by key, so that the order
 * is always the same. What rows are compared by is found once a row. */
export const sortRows = (rows: readonly Row[], columns: readonly Column[], sort: Sort): Row[] => {
  const at = columns.findIndex((column) => column.id === sort.column)
  if (at < 0) return [...rows]
  const values: Cell[] = []
  // by their places: of 20,000 rows nothing more is made
  const order: number[] = []
  for (let place = 0; place < rows.length; place++) {
    values.push(cellAt(rows[place]!, at))
    order.push(place)
  }
  sorting = { rows, values, alarms: [], judged: judgedIn(columns), sign: sort.descending ? -1 : 1 }
  order.sort(byPlace)
  const sorted: Row[] = []
  for (let i = 0; i < order.length; i++) sorted.push(rows[order[i]!]!)
  sorting = NOTHING
  return sorted
}

type Judged = readonly { index: number; thresholds: Thresholds }[]

interface Sorting {
  rows: readonly Row[]
  values: readonly Cell[]
  /** Of those that were compared by it, by place. */
  alarms: (number | undefined)[]
  judged: Judged
  sign: 1 | -1
}

const NOTHING: Sorting = { rows: [], values: [], alarms: [], judged: [], sign: 1 }

/** What is being sorted, beside what compares it: a comparison made for each table would be compiled for each. */
let sorting = NOTHING

const byPlace = (a: number, b: number): number => {
  const { rows, values, sign } = sorting
  const cell = values[a]
  const than = values[b]
  if (cell === undefined || than === undefined)
    return cell === than ? byKey(rows[a]!, rows[b]!) : cell === undefined ? 1 : -1
  return sign * compare(cell, than) || alarmAt(b) - alarmAt(a) || byKey(rows[a]!, rows[b]!)
}

const alarmAt = (place: number): number => (sorting.alarms[place] ??= alarmOf(sorting.rows[place]!, sorting.judged))

/** Of one column, which has numbers or words. */
const compare = (a: NonNullable<Cell>, b: NonNullable<Cell>): number => (a < b ? -1 : a > b ? 1 : 0)

const judgedIn = createLatest((columns: readonly Column[]): Judged =>
  columns.flatMap(({ thresholds }, index) => (thresholds ? [{ index, thresholds }] : [])),
)

/** How much a row draws the attention: 2 for what is bad, 1 for a warning. */
const alarmOf = (row: Row, judged: Judged): number => {
  let most = weightOf(row.role)
  for (let i = 0; i < judged.length; i++) {
    const { index, thresholds } = judged[i]!
    most = Math.max(most, weightOf(roleOf(cellAt(row, index), thresholds)))
  }
  return most
}

const weightOf = (role: Row['role']): number => (role === 'bad' ? 2 : role === 'warn' ? 1 : 0)

const byKey = (a: Row, b: Row): number =>
  a.pid !== undefined && b.pid !== undefined && a.pid !== b.pid
    ? a.pid - b.pid
    : a.key < b.key
      ? -1
      : a.key > b.key
        ? 1
        : 0
