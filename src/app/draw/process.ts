// The process page.
import type { View } from '../../model/view.ts'
import { processPage } from '../process/page.ts'
import type { PageOf } from '../page-types.ts'
import type { AppState } from '../state-types.ts'
import type { ChartSlot, FrameContext, Rect } from '../app-types.ts'
import type { Canvas } from './grid.ts'
import { pageLines } from '../lines.ts'
import { drawLines } from './lines.ts'
import { drawLatency } from './process-latency.ts'

export const drawProcess = (
  canvas: Canvas,
  rect: Rect,
  state: AppState,
  { scroll, beside }: PageOf<'process'>,
  view: View,
  context: FrameContext,
): ChartSlot[] => {
  const { title, lines, status } = processPage(
    state,
    view,
    rect.width - 4,
    context.nowMs,
    context.unicode,
    beside ? pageLines(rect.height) : undefined,
  )
  drawLines(canvas, rect, title, lines, scroll, status, !beside)
  if (!beside) drawLatency(canvas, rect, lines.length, state, view, context)
  return []
}
