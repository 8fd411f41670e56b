// The menu of columns over its panel: what is shown, what has no room, by what the rows are sorted, and what each is.
import type { Store } from '../../model/store.ts'
import { menuColumns } from '../column-menu.ts'
import { fitColumns } from '../columns.ts'
import { glyphsFor } from '../glyphs.ts'
import { tableRect } from '../layout.ts'
import { tableOf } from '../rows.ts'
import { isFullScreen, panelIn, panelState, type AppState, type ColumnMenu } from '../state.ts'
import type { Rect } from '../types.ts'
import type { Canvas } from './grid.ts'
import { drawList } from './list.ts'

export const drawColumnMenu = (canvas: Canvas, body: Rect, state: AppState, menu: ColumnMenu, store: Store): void => {
  const { up, down } = glyphsFor(canvas.unicode)
  const fitting = fittingIds(state, menu, store)
  const entries = menuColumns(state, menu, store)
  const titles = Math.max(...entries.map(({ column }) => column.title.length))
  const lines = entries.map(({ column, isShown, sorted }) => {
    const mark = isShown ? (fitting.has(column.id) ? '[x]' : '[-]') : '[ ]'
    const order = sorted === undefined ? ' ' : sorted === 'down' ? down : up
    return `${mark} ${column.title.padEnd(titles)} ${order} ${column.help}`
  })
  const { title, modes } = panelIn(state, menu.panel)
  const tab = modes.length > 1 ? ` ${modes.find(({ id }) => id === panelState(state, menu.panel).mode)?.label}` : ''
  const noRoom = entries.filter(({ isShown, column }) => isShown && !fitting.has(column.id)).length
  drawList(
    canvas,
    body,
    `columns of ${title}${tab}${noRoom > 0 ? `, ${noRoom} without room here [-]` : ''}`,
    lines,
    menu.at,
  )
}

/** As the table behind has them. */
const fittingIds = (state: AppState, { panel }: ColumnMenu, store: Store): Set<string> => {
  const table = tableOf(state, store, panel, isFullScreen(state))
  const width = (tableRect(state, panel)?.width ?? 1) - 1
  return new Set(fitColumns(table, [], width, table.sort).map(({ column }) => column.id))
}
