// The process page.
import type { Store } from '../../model/store.ts'
import { processPage } from '../process.ts'
import type { AppState } from '../state.ts'
import type { FrameContext, Rect } from '../types.ts'
import type { Canvas } from './grid.ts'
import { drawLines } from './lines.ts'

export const drawProcess = (canvas: Canvas, rect: Rect, state: AppState, store: Store, context: FrameContext): void => {
  if (state.page.is !== 'process') return
  const page = processPage(state, store, rect.width - 4, context.nowMs, context.unicode)
  drawLines(canvas, rect, page.title, page.lines, state.page.scroll, page.status)
}
