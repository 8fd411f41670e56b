// A panel's frame: title with what it shows and how it is, and what should be known beside its numbers.
import { countOf, formatCount } from '../format.ts'
import { GROUPING_LABELS } from '../grouped.ts'
import type { Placed } from '../layout.ts'
import type { Table } from '../rows.ts'
import { panelState, type AppState } from '../state.ts'
import type { Role, Rect } from '../types.ts'
import { displayWidth, shorten } from '../width.ts'
import { fill, put, putRight, type Canvas } from './grid.ts'
import type { Piece } from '../lines.ts'
import { glyphsFor } from '../glyphs.ts'

export interface Title {
  name: string
  /** As many as there is room for. */
  details: string[]
}

export const panelTitle = (state: AppState, { panel, rows, total, grouping, hidden }: Table, full: boolean): Title => {
  const mode = panel.modes.find((each) => each.id === panelState(state, panel.id).mode)
  const shownOf = rows.length === total ? formatCount(total) : `${formatCount(rows.length)}/${formatCount(total)}`
  return {
    name: `${panel.key} ${panel.title}`.trimStart(),
    details: [
      ...(grouping !== 'each' ? [GROUPING_LABELS[grouping]] : mode && panel.modes.length > 1 ? [mode.label] : []),
      ...(full ? [`${shownOf} row${shownOf === '1' ? '' : 's'}`] : rows.length === total ? [] : [shownOf]),
      ...(hidden > 0 ? [`${countOf(hidden, 'column')} hidden`] : []),
    ],
  }
}

export const drawTitle = (
  canvas: Canvas,
  { rect, boxed }: Placed,
  { name, details }: Title,
  status: Piece | undefined,
  focused: boolean,
): void => {
  const { horizontal, vertical, corners, selected, cut } = glyphsFor(canvas.unicode)
  const border: Role = focused ? 'borderFocus' : 'border'
  const { x, y, width, height } = rect
  fill(canvas, { x, y, width, height: 1 }, border, horizontal)
  if (boxed) {
    fill(canvas, { x, y: y + 1, width: 1, height: height - 2 }, border, vertical)
    fill(canvas, { x: x + width - 1, y: y + 1, width: 1, height: height - 2 }, border, vertical)
    fill(canvas, { x, y: y + height - 1, width, height: 1 }, border, horizontal)
    put(canvas, x, y, corners[0], border)
    put(canvas, x + width - 1, y, corners[1], border)
    put(canvas, x, y + height - 1, corners[2], border)
    put(canvas, x + width - 1, y + height - 1, corners[3], border)
  }
  const right = status ? putRight(canvas, x + width - 1, y, ` ${status[0]} `, status[1], width - 4) : x + width - 1
  const room = right - x - 2
  const end = put(
    canvas,
    x + 1,
    y,
    `${shorten(`${focused ? selected : ' '}${name}`, room - 1, cut)} `,
    focused ? 'title' : 'label',
  )
  const detail = fitting(details, right - end - 2, cut).join(' ')
  if (detail !== '') put(canvas, end, y, `${detail} `, 'dim')
}

/** Whole ones; the first is cut rather than left out. */
const fitting = (words: readonly string[], width: number, cut: string): string[] => {
  let left = width + 1
  const whole = words.filter((word) => {
    const fits = displayWidth(word) + 1 <= left
    if (fits) left -= displayWidth(word) + 1
    return fits
  })
  return whole.length > 0 || words.length === 0 || width < 5 ? whole : [shorten(words[0]!, width, cut)]
}

/** In the frame's lower line, where they take no room from the rows. */
export const drawNotes = (canvas: Canvas, { x, y, width, height }: Rect, notes: readonly string[]): void => {
  if (notes.length > 0)
    put(
      canvas,
      x + 2,
      y + height - 1,
      ` ${shorten(notes.join('; '), width - 6, glyphsFor(canvas.unicode).cut)} `,
      'dim',
    )
}

/** What the frame leaves. */
export const inside = (rect: Rect, boxed: boolean): Rect =>
  boxed
    ? { x: rect.x + 1, y: rect.y + 1, width: rect.width - 2, height: rect.height - 2 }
    : { ...rect, y: rect.y + 1, height: rect.height - 1 }
