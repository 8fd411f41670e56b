// The hooks that what is typed may become, above the line in which it is typed.
import type { View } from '../../model/view.ts'
import { hooksShown } from '../hooks.ts'
import type { AppState } from '../state-types.ts'
import type { Rect } from '../app-types.ts'
import { displayWidth, shorten } from '../width.ts'
import { sanitize } from '../../stream/harmless.ts'
import { fill, type Canvas } from './grid.ts'
import { drawLines } from './lines.ts'

/** On the smallest screen they are as high as the page. */
const MOST_LINES = 10
const LEAST_WIDTH = 40

/** Draws and returns where they lie. */
export const drawHooks = (canvas: Canvas, body: Rect, state: AppState, view: View): Rect | undefined => {
  const shown = state.palette ? undefined : hooksShown(state, view)
  if (!shown) return undefined
  const lines = (shown.why === undefined ? shown.names : [shown.why]).map(sanitize)
  const height = Math.min(lines.length, MOST_LINES) + 2
  const width = Math.min(body.width, Math.max(LEAST_WIDTH, ...lines.map((line) => displayWidth(line) + 4)))
  const rect: Rect = { x: body.x, y: body.y + body.height - height, width, height }
  fill(canvas, rect, 'text')
  const title = shown.of > shown.names.length ? `hooks, ${shown.names.length} of ${shown.of}` : 'hooks'
  const role = shown.why === undefined ? 'text' : 'dim'
  drawLines(
    canvas,
    rect,
    title,
    lines.map((line) => [[shorten(line, width - 4), role]]),
    0,
  )
  return rect
}
