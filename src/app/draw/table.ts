// A table in a rectangle: heading, then the rows around the selected one. The selection has a mark of its own, as not
// every terminal has colours.
import type { Table } from '../table/rows.ts'
import { cellAt } from '../../panels/lazy-row.ts'
import { roleOf } from '../../panels/severity.ts'
import type { Row, Role } from '../../panels/panel-types.ts'
import type { PanelState } from '../state-types.ts'
import type { Rect } from '../app-types.ts'
import { charIn } from '../cell.ts'
import { drawBar } from './bar.ts'
import { fill, hit, put, putIn, tint, type Canvas } from './grid.ts'
import type { Beyond } from './lines.ts'
import { cellText, fitColumns, fittedHeading, GUTTER, isAtRight, useRest, type FittedColumn } from '../table/columns.ts'
import { firstRow } from '../moves.ts'
import { LETTER_ROLES } from '../time-classes.ts'
import { glyphsFor } from '../glyphs.ts'

/** What of a table is out of sight: rows, and columns that have no room. */
export interface Unseen extends Beyond {
  columns: number
}

/** What is shown of it where none is selected: around the row that was there; and on which line the selected one is. */
type Anchor = Pick<NonNullable<PanelState['selected']>, 'index' | 'line'>

/** `role`: of rows that have none of their own. */
export const drawTable = (
  canvas: Canvas,
  rect: Rect,
  table: Table,
  focused: boolean,
  { index, line }: Anchor,
  role: Role = 'text',
): Unseen => {
  if (rect.height < 1 || rect.width < 8) return { above: 0, below: 0, columns: 0 }
  const glyphs = glyphsFor(canvas.unicode)
  const room = rect.height - 1
  const first = firstRow(table.selected >= 0 ? table.selected : index, table.rows.length, room, line)
  const rows = table.rows.slice(first, first + room)
  const columns = fitColumns(table, rows, rect.width - GUTTER, table.sort, [glyphs.down, glyphs.up])
  useRest(columns, rows, rect.width - GUTTER, table.sort)
  const most = mostOfBar(columns, table.rows)
  fill(canvas, { ...rect, height: 1 }, 'label')
  let x = rect.x + GUTTER
  for (const column of columns) {
    const heading: Role = focused && column.column.id === table.sort.column ? 'title' : 'label'
    put(canvas, x, rect.y, fittedHeading(column, glyphs.cut), heading)
    hit(
      canvas,
      { x, y: rect.y, width: column.width, height: 1 },
      { do: 'sortBy', panel: table.panel.id, column: column.column.id },
    )
    x += column.width + 1
  }
  const hasLetters = columns.some(isLetters)
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!
    const y = rect.y + 1 + at
    const isSelected = first + at === table.selected
    const line = { x: rect.x, y, width: rect.width, height: 1 }
    hit(canvas, line, { do: 'pick', panel: table.panel.id, key: row.key, line: at })
    const shown: Role = isSelected
      ? focused
        ? 'selection'
        : 'selectionDim'
      : role === 'stale'
        ? role
        : (row.role ?? role)
    const { cells } = row
    let cellX = rect.x + GUTTER
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!
      const cell = cells[column.index]
      const text = cellText(cell, column, glyphs.cut)
      // Nothing is there in every row; what is not nothing is to be found at a glance
      const severity = isSelected || shown === 'stale' ? undefined : roleOf(cell, column.column.thresholds)
      const atRight = isAtRight(column)
      const cellRole = severity ?? (shown === 'text' && atRight && text === '0' ? 'dim' : shown)
      putIn(canvas, cellX, y, column.width, text, cellRole, atRight)
      if (column.bar && typeof cell === 'number')
        drawBar(canvas, cellX, y, cell / most, column.bar, severity ?? (shown === 'text' ? 'series1' : shown))
      cellX += column.width + 1
    }
    if (hasLetters) colourLetters(canvas, columns, rect.x + GUTTER, y)
    if (!isSelected) continue
    put(canvas, rect.x, y, glyphs.selected, shown)
    tint(canvas, rect.x, y, rect.width, shown)
  }
  return { above: first, below: table.rows.length - first - rows.length, columns: table.shown.length - columns.length }
}

/** Several threads wait for more than all of the time: the longest bar is the most there is. */
const mostOfBar = (columns: readonly FittedColumn[], rows: readonly Row[]): number => {
  const barred = columns.find(({ bar }) => bar !== undefined)
  if (!barred) return 100
  let most = 100
  for (let i = 0; i < rows.length; i++) {
    const share = Number(cellAt(rows[i]!, barred.index) ?? 0)
    if (share > most) most = share
  }
  return most
}

/** Of classes of time. */
const isLetters = ({ column: { kind } }: FittedColumn): boolean => kind === 'states' || kind === 'shares'

const colourLetters = (canvas: Canvas, columns: readonly FittedColumn[], x: number, y: number): void => {
  let at = x
  for (const column of columns) {
    const { width } = column
    if (isLetters(column)) {
      for (let i = at; i < Math.min(at + width, canvas.width); i++) {
        const role = LETTER_ROLES[charIn(canvas.cells[y * canvas.width + i]!)]
        if (role) tint(canvas, i, y, 1, role)
      }
    }
    at += width + 1
  }
}
