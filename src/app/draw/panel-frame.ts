// A panel's frame: title with what it shows and how it is, and what should be known beside its numbers.
import type { Action } from '../actions.ts'
import { countOf, formatCount } from '../format.ts'
import { GROUPING_LABELS } from '../grouped.ts'
import type { Placed } from '../layout.ts'
import type { Table } from '../table/rows.ts'
import { panelState } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { Rect } from '../app-types.ts'
import type { Role } from '../../panels/panel-types.ts'
import { displayWidth, shorten } from '../width.ts'
import { figuresWidth, fitFigures, type Figure } from '../figures.ts'
import { drawFigures } from './figures.ts'
import { drawBox } from './box.ts'
import { fill, hit, put, putRight, type Canvas } from './grid.ts'
import type { Piece } from '../lines.ts'
import { glyphsFor } from '../glyphs.ts'

export interface Title {
  name: string
  /** As many as there is room for. */
  details: string[]
  /** They say nothing that is not so anyway. */
  isUsual: boolean
  figures?: readonly Figure[]
  /** The first of the details, and what a click on it does: the next one. */
  tab?: { label: string; action: Action }
}

/** `hasRows`: they are shown; what stands in their place has no number of them. */
export const panelTitle = (
  state: AppState,
  { panel, rows, total, grouping, hidden }: Table,
  full: boolean,
  hasRows: boolean,
): Title => {
  const mode = panel.modes.find((each) => each.id === panelState(state, panel.id).mode)
  const shownOf = rows.length === total ? formatCount(total) : `${formatCount(rows.length)}/${formatCount(total)}`
  return {
    name: `${panel.key} ${panel.title}`.trimStart(),
    isUsual: grouping === 'each' && mode === panel.modes[0] && rows.length === total && hidden === 0 && !state.cost,
    ...(mode && grouping === 'each' && panel.modes.length > 1
      ? { tab: { label: mode.label, action: { do: 'modeIs', panel: panel.id, mode: modeAfter(panel.modes, mode).id } } }
      : {}),
    details: [
      ...(grouping !== 'each' ? [GROUPING_LABELS[grouping]] : mode && panel.modes.length > 1 ? [mode.label] : []),
      ...(!hasRows
        ? []
        : full
          ? [`${shownOf} row${shownOf === '1' ? '' : 's'}`]
          : rows.length === total
            ? []
            : [shownOf]),
      ...(hidden > 0 ? [`${countOf(hidden, 'column')} hidden`] : []),
    ],
  }
}

const modeAfter = <M>(modes: readonly M[], mode: M): M => modes[(modes.indexOf(mode) + 1) % modes.length]!

export const drawTitle = (
  canvas: Canvas,
  { rect, boxed }: Placed,
  { name, details, isUsual, tab, figures = [] }: Title,
  status: Piece | undefined,
  focused: boolean,
): void => {
  const { horizontal, selected, cut } = glyphsFor(canvas.unicode)
  const border: Role = focused ? 'borderFocus' : 'border'
  const { x, y, width } = rect
  if (boxed) drawBox(canvas, rect, border)
  else fill(canvas, { x, y, width, height: 1 }, border, horizontal)
  const right = status ? putRight(canvas, x + width - 1, y, ` ${status[0]} `, status[1], width - 4) : x + width - 1
  const room = right - x - 2
  const end = put(
    canvas,
    x + 1,
    y,
    `${shorten(`${focused ? selected : ' '}${name}`, room - 1, cut)} `,
    focused ? 'title' : 'label',
  )
  const left = right - end - 2
  const words = fitting(details, left, cut).join(' ')
  const isRoom = figuresWidth(figures) + displayWidth(words) + 2 <= left
  const detail = isUsual && figures.length > 0 && !isRoom ? '' : words
  const after = detail === '' ? end : put(canvas, end, y, `${detail} `, 'dim')
  if (tab && detail.startsWith(tab.label))
    hit(canvas, { x: end, y, width: Math.min(displayWidth(tab.label), after - end - 1), height: 1 }, tab.action)
  const shown = fitFigures(figures, right - after - 3)
  if (shown.length === 0) return
  fill(canvas, { x: after, y, width: figuresWidth(shown), height: 1 }, border)
  drawFigures(canvas, { x: after, y, width: right - after - 2, height: 1 }, shown)
}

/** Whole ones; the first is cut rather than left out. */
const fitting = (words: readonly string[], width: number, cut: string): string[] => {
  let left = width + 1
  const whole: string[] = []
  for (const word of words) {
    if (displayWidth(word) + 1 > left) continue
    left -= displayWidth(word) + 1
    whole.push(word)
  }
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
