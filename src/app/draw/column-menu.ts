// The menu of columns over its panel: what is shown, what has no room, how wide (a star: by hand), by what the rows are sorted, and what each is.
import type { View } from '../../model/view.ts'
import { menuColumns } from '../table/column-menu.ts'
import { glyphsFor } from '../glyphs.ts'
import { shorten } from '../width.ts'
import { panelIn, panelState } from '../state.ts'
import type { AppState, ColumnMenu } from '../state-types.ts'
import type { Rect } from '../app-types.ts'
import type { Canvas } from './grid.ts'
import { drawList } from './list.ts'

export const drawColumnMenu = (canvas: Canvas, body: Rect, state: AppState, menu: ColumnMenu, view: View): Rect => {
  const { up, down } = glyphsFor(canvas.unicode)
  const entries = menuColumns(state, menu, view)
  const titles = Math.max(...entries.map(({ column }) => column.title.length))
  const lines = entries.map(({ column, isShown, width, isSet, sorted }) => {
    const mark = isShown ? (width === undefined ? '[-]' : '[x]') : '[ ]'
    const order = sorted === undefined ? ' ' : sorted === 'down' ? down : up
    const wide = `${width ?? ''}`.padStart(3) + (isSet ? '*' : ' ')
    return `${mark} ${column.title.padEnd(titles)} ${order} ${wide} ${column.help}`
  })
  const { title, modes } = panelIn(state, menu.panel)
  const tab = modes.length > 1 ? ` ${modes.find(({ id }) => id === panelState(state, menu.panel).mode)?.label}` : ''
  const noRoom = entries.filter(({ isShown, width }) => isShown && width === undefined).length
  return drawList(
    canvas,
    body,
    `columns of ${title}${tab}${noRoom > 0 ? `, ${noRoom} without room here [-]` : ''}`,
    lines,
    menu.at,
    { cut: shorten },
  )
}
