// Which columns of a table fit, how wide they are and what their cells say. Shared by the screen and by batch output.
import { roleOf } from '../../panels/severity.ts'
import { createLatest } from '../../model/memo.ts'
import { wholeCells } from '../../model/whole-cells.ts'
import type { Cell, Column, Row, Sort } from '../../panels/panel-types.ts'
import { formatCell, isTextual } from '../format.ts'
import type { Table } from './rows.ts'
import { displayWidth, fit, fitLeft, shorten, shortenMiddle } from '../width.ts'
import { sanitize } from '../../stream/harmless.ts'

export interface FittedColumn {
  column: Column
  /** Its place among the panel's columns, and so in a row's cells. */
  index: number
  width: number
  heading: string
  isText: boolean
  /** By hand. */
  isSet?: true
  /** Of the width, at its left: a bar of the share. */
  bar?: number
}

/** Enough for what the kind usually holds, so that columns do not move from one interval to the next. */
const KIND_WIDTHS: Record<Column['kind'], number> = {
  text: 4,
  states: 8,
  shares: 8,
  id: 7,
  count: 5,
  rate: 6,
  bytes: 5,
  byteRate: 5,
  duration: 6,
  percent: 6,
  age: 6,
}

const WIDEST_TEXT = 64

/** At the left of a table, for the mark of the selection. */
export const GUTTER = 1

/** What a column can be made of by hand; a number is never cut. */
export const WIDTHS = { text: 4, most: 200 } as const
export const leastWidth = ({ kind }: Column): number => (isTextual(kind) ? WIDTHS.text : KIND_WIDTHS[kind])

/** Columns of this priority or less important ones have no place before a wide one is wide. */
const BESIDE_WIDE = 3

/** Of an address: the port, and how it begins. */
const LEAST_MIDDLE = 12

/** What tells rows apart is rather shown in part than not at all. */
const isShortened = ({ column, isSet }: FittedColumn, sorted: string | undefined): boolean =>
  column.middle === true && !isSet && rank(column, sorted) < BESIDE_WIDE

/** By which it is decided who stays: what the rows are sorted by must be seen, right after what they are about. */
const rank = ({ id, priority }: Column, sorted: string | undefined): number =>
  id === sorted ? Math.min(priority, 0.5) : priority

/** What of a table is fitted: of the columns that its cells have those that are shown. */
type Fitting = Pick<Table, 'columns' | 'shown'> & Partial<Pick<Table, 'widths'>>

/** Columns in their order; those of least priority are left out when the width does not suffice. */
export const fitColumns = (
  { columns, shown: wanted, widths }: Fitting,
  rows: readonly Row[],
  width: number,
  sort?: Sort,
  marks = ['v', '^'],
): FittedColumn[] => {
  const { kept, used } = keptIn(wanted, columns, widths, width, sort?.column, sort?.descending ? marks[0]! : marks[1]!)
  const shown = kept.map((each) => ({ ...each }))
  widenTexts(shown, rows, width - used)
  return shown
}

/** Those that stay, as wide as they have to be, which is the same from frame to frame. */
const keptIn = createLatest(
  (
    wanted: readonly Column[],
    columns: readonly Column[],
    widths: Fitting['widths'],
    width: number,
    sorted: string | undefined,
    mark: string,
  ): { kept: readonly FittedColumn[]; used: number } => {
    const fitted = wanted.map((column): FittedColumn => {
      const index = columns.indexOf(column)
      const isText = isTextual(column.kind)
      const heading = sorted === column.id ? column.title + mark : column.title
      // Room for the sort mark, whether it is there or not
      const least = isText
        ? Math.max(column.width ?? KIND_WIDTHS.text, 1)
        : Math.max(KIND_WIDTHS[column.kind] + (column.signed ? 1 : 0), column.title.length + 1)
      const set = widths?.[column.id]
      if (set === undefined) return { column, index, heading, isText, width: least }
      return { column, index, heading, isText, width: Math.max(leastWidth(column), set), isSet: true }
    })
    const kept = new Set<FittedColumn>()
    let used = -1
    let wide = fitted.find(({ column, isSet }) => column.wide !== undefined && !isSet)
    for (const each of [...fitted].sort((a, b) => rank(a.column, sorted) - rank(b.column, sorted))) {
      if (wide && kept.has(wide) && rank(each.column, sorted) >= BESIDE_WIDE) {
        const more = Math.max(0, Math.min(wide.column.wide! - wide.width, width - used))
        wide.width += more
        used += more
        wide = undefined
      }
      if (kept.size > 0 && used + each.width + 1 > width) {
        const room = width - used - 1
        if (!isShortened(each, sorted) || room < LEAST_MIDDLE) break
        each.width = room
      }
      kept.add(each)
      used += each.width + 1
    }
    return { kept: fitted.filter((each) => kept.has(each)), used }
  },
)

interface Text {
  each: FittedColumn
  needed: number
}

/** What is left of the width goes to texts that need it, most important first; and what is left then to those that may be
 * as long as they like. */
const widenTexts = (shown: readonly FittedColumn[], rows: readonly Row[], spare: number): void => {
  let left = spare
  const texts: Text[] = []
  for (const each of shown) {
    if (!each.isText || each.isSet) continue
    texts.push({ each, needed: Math.max(displayWidth(each.heading), widestText(rows, each)) })
  }
  texts.sort(byPriority)
  for (const { each, needed } of texts) left -= widenedTo(each, Math.min(needed, WIDEST_TEXT), left)
  for (const { each, needed } of texts) if (each.column.grow) left -= widenedTo(each, needed, left)
}

const byPriority = (a: Text, b: Text): number => a.each.column.priority - b.each.column.priority

const widenedTo = (each: FittedColumn, longest: number, left: number): number =>
  widened(each, Math.max(0, Math.min(left, longest - each.width)))

const widestText = (rows: readonly Row[], { index }: FittedColumn): number => {
  let most = 0
  for (let i = 0; i < rows.length; i++) most = Math.max(most, textWidth(rows[i]!, index))
  return most
}

const LEAST_BAR = 6
const LONG_BAR = 40
const LONGEST_BAR = 80

/** What columns leave of the width: some for a bar of one of them, that which the rows are sorted by if it is a share; then
 * all for texts that are cut in the middle, as they are long; then more for the bar. */
export const useRest = (
  shown: readonly FittedColumn[],
  rows: readonly Row[],
  width: number,
  sort: Sort | undefined,
): void => {
  let spare = width + 1
  let barred: FittedColumn | undefined
  for (const each of shown) {
    spare -= each.width + 1
    if (each.column.bar && !each.isSet && (!barred || each.column.id === sort?.column)) barred = each
  }
  if (barred && spare > LEAST_BAR) {
    barred.bar = Math.min(LONG_BAR, spare - 1)
    spare -= widened(barred, barred.bar + 1)
  }
  for (const each of shown) {
    if (!each.column.middle || each.isSet) continue
    spare -= widened(each, Math.max(0, Math.min(spare, widestText(rows, each) - each.width)))
  }
  if (!barred?.bar) return
  const longer = Math.max(0, Math.min(spare, LONGEST_BAR - barred.bar))
  barred.bar += longer
  widened(barred, longer)
}

/** By as much as is said back. */
const widened = (each: FittedColumn, by: number): number => {
  each.width += by
  return by
}

/** A cell exactly as wide as its column. */
export const fittedCell = (row: Row, fitted: FittedColumn, mark?: string): string => {
  const text = cellText(row.cells[fitted.index], fitted, mark)
  return isAtRight(fitted) ? fitLeft(text, fitted.width) : fit(text, fitted.width)
}

/** Where its cells are, of their column. */
export const isAtRight = ({ column, isText }: FittedColumn): boolean => !isText || column.kind === 'states'

/** What a cell says, at most as wide as its column. */
export const cellText = (cell: Cell, { column, width, isText }: FittedColumn, mark?: string): string => {
  // a number's text is ours
  if (!isText && typeof cell !== 'string')
    return markedBad(shorten(formatCell(cell, column.kind, column.signed), width, mark), cell, width, column)
  const text = sanitize(formatCell(cell, column.kind, column.signed))
  if (column.kind === 'states') return text.slice(-width)
  if (column.kind === 'shares') return scaledShares(text, width)
  return shorten(column.middle ? shortenMiddle(text, width, mark) : text, width, mark)
}

/** As many letters of each as there is room for, rounded so that they fill it. */
const scaledShares = (text: string, width: number): string => {
  const runs = text.match(/(.)\1*/g) ?? []
  const cells = wholeCells(
    runs.map((run) => run.length),
    width,
  )
  return runs.map((run, index) => run[0]!.repeat(cells[index]!)).join('')
}

/** Not every terminal has colours, nor every eye. */
const markedBad = (text: string, cell: Cell, width: number, { thresholds }: Column): string =>
  text.length < width && roleOf(cell, thresholds) === 'bad' ? `!${text}` : text

export const fittedHeading = ({ heading, width, isText }: FittedColumn, mark?: string): string =>
  isText ? fit(heading, width, mark) : fitLeft(heading, width, mark)

const textWidth = (row: Row, index: number): number => {
  const cell = row.cells[index]
  return typeof cell === 'string' ? displayWidth(sanitize(cell)) : 0
}
