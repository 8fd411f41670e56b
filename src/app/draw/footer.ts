// The last line: the text being typed, else the newest message, else the keys that work right now.
import type { View } from '../../model/view.ts'
import { filterIn } from '../filter.ts'
import { footerKeys } from '../keys/keymap.ts'
import { kindOf } from '../pages/registry.ts'
import { currentPanel, isFullScreen } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { tableOf } from '../table/rows.ts'
import { stackFacts } from '../stacks/stack-facts.ts'
import { foundText } from '../stacks/frame-words.ts'
import { displayWidth, shorten } from '../width.ts'
import { sanitize } from '../../stream/harmless.ts'
import { hit, put, type Canvas } from './grid.ts'
import type { Rect } from '../app-types.ts'

/** Draws and returns where the text cursor is, if there is one. */
export const drawFooter = (
  canvas: Canvas,
  rect: Rect,
  state: AppState,
  view: View,
): { x: number; y: number } | undefined => {
  if (state.line) return drawLine(canvas, rect, state, state.line.text)
  if (filterIn(state).editing) return drawTyping(canvas, rect, state, view)
  if (state.notice) {
    const text = shorten(sanitize(state.notice.text), rect.width - 2)
    // what can be done stays in sight
    drawKeys(canvas, rect, put(canvas, 1, rect.y, text, state.notice.role) + 3, state)
    return undefined
  }
  drawKeys(canvas, rect, 1, state)
  return undefined
}

/** All the width is the text's, once it needs it. */
const drawLine = (canvas: Canvas, rect: Rect, state: AppState, typed: string): { x: number; y: number } => {
  const text = sanitize(typed)
  const room = rect.width - 4
  const visible = displayWidth(text) <= room ? text : [...text].slice(-Math.floor(room / 2)).join('')
  const cursor = put(canvas, put(canvas, 1, rect.y, ':', 'key'), rect.y, visible, 'title')
  drawKeys(canvas, rect, cursor + 3, state)
  return { x: cursor, y: rect.y }
}

const drawTyping = (canvas: Canvas, rect: Rect, state: AppState, view: View): { x: number; y: number } => {
  const text = sanitize(filterIn(state).text)
  const room = Math.max(10, Math.floor(rect.width / 2) - 10)
  // The end is where one types
  const visible = displayWidth(text) <= room ? text : [...text].slice(-Math.floor(room / 2)).join('')
  const isSearch = state.help !== undefined || kindOf(state).isSearch === true
  const cursor = put(
    canvas,
    put(
      canvas,
      1,
      rect.y,
      state.palette ? 'do: ' : state.picker ? 'find: ' : isSearch ? 'search: ' : 'filter: ',
      'key',
    ),
    rect.y,
    visible,
    'title',
  )
  const after = put(canvas, cursor + 2, rect.y, foundWords(state, view), 'dim')
  drawKeys(canvas, rect, after + 3, state)
  return { x: cursor, y: rect.y }
}

const foundWords = (state: AppState, view: View): string => {
  if (state.picker || state.palette) return sanitize(state.notice?.text ?? '')
  if (state.help) return ''
  const stacks = stackFacts(state, view)
  if (stacks) return foundText(stacks, state.filter.text) ?? ''
  const id = currentPanel(state)
  const found = id ? tableOf(state, view, id, isFullScreen(state)) : undefined
  return found ? `${found.rows.length} of ${found.total} rows` : ''
}

const drawKeys = (canvas: Canvas, rect: Rect, begin: number, state: AppState): void => {
  let x = begin
  for (const { key, label, action } of footerKeys(state)) {
    if (x + key.length + label.length + 1 > rect.width) continue
    const from = x
    x = put(canvas, put(canvas, x, rect.y, `${key} `, 'key'), rect.y, label, 'text') + 2
    hit(canvas, { x: from, y: rect.y, width: x - from - 1, height: 1 }, action)
  }
}
