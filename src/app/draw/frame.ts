// The whole picture as a pure function of state, store and context: what is painted, printed into snapshots and tested.
import type { Store } from '../../model/store.ts'
import { drawChoice } from './choice.ts'
import { drawFooter } from './footer.ts'
import { createCanvas, put, type Canvas } from './grid.ts'
import { drawHeader } from './header.ts'
import { drawHelp } from './help.ts'
import { drawHooks } from './hooks.ts'
import { drawPage } from './pages.ts'
import { isTooSmall, layoutOf, LEAST_HEIGHT, LEAST_WIDTH } from '../layout.ts'
import { viewIn } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { Frame, FrameContext, Rect } from '../app-types.ts'

export const frame = (state: AppState, store: Store, context: FrameContext): Frame => {
  const view = viewIn(state, store)
  const { width, height } = context
  const canvas = createCanvas(Math.max(1, width), Math.max(1, height), context.unicode)
  if (isTooSmall(width, height)) {
    drawTooSmall(canvas)
    return { grid: canvas, hits: [], charts: [] }
  }
  const { header, body, footer } = layoutOf(width, height, context.banner !== undefined)
  drawHeader(canvas, header, state, view, context)
  if (state.help) drawHelp(canvas, body, state, view, context)
  const charts = state.help ? [] : drawPage(canvas, body, state, view, context)
  if (!state.help && (state.choice || state.picker || state.columnMenu || state.palette)) canvas.hits.length = 0
  const over = [drawChoice(canvas, body, state, view), drawHooks(canvas, body, state, view)]
  // they are painted last, and would shine through
  const clear = charts.filter((chart) => !over.some((rect) => rect && overlap(rect, chart)))
  const cursor = drawFooter(canvas, footer, state, view)
  return { grid: canvas, hits: canvas.hits, charts: clear, ...(cursor ? { cursor } : {}) }
}

const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

const drawTooSmall = (canvas: Canvas): void => {
  const lines = ['too small', `needs ${LEAST_WIDTH}x${LEAST_HEIGHT}`, `is ${canvas.width}x${canvas.height}`]
  const top = Math.max(0, Math.floor((canvas.height - lines.length) / 2))
  lines.forEach((line, index) =>
    put(
      canvas,
      Math.max(0, Math.floor((canvas.width - line.length) / 2)),
      top + index,
      line,
      index === 0 ? 'warn' : 'text',
    ),
  )
}
