// What the lines of the process page leave of its height: its latency over time, as its panels draw it. That of a process
// that has ended stays, and is what one came for.
import type { View } from '../../model/view.ts'
import { OVERVIEW, panelById } from '../../panels/registry.ts'
import { NO_FILTER } from '../filter.ts'
import { isLatency } from '../layout.ts'
import { panelIn, panelsIn } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { FrameContext, Rect } from '../app-types.ts'
import type { PanelId } from '../../panels/panel-types.ts'
import { hit, type Canvas } from './grid.ts'
import { drawPanel } from './panel.ts'

const SHOWN = OVERVIEW.filter((id) => isLatency(panelById(id)))
/** Of each: a heat map that tells something, and its rows beside nothing. */
const LEAST = { width: 56, height: 12 }
/** Lines come and go: they have room for so many more than there are now. */
const STEP = 4

/** Where they begin within a frame, 0 where there is no room: below so many lines. */
const topBelow = (lines: number, rect: Rect): number => {
  const top = 1 + Math.ceil((lines + 1) / STEP) * STEP
  return rect.height - 1 - top >= LEAST.height ? top : 0
}

export const drawLatency = (
  canvas: Canvas,
  rect: Rect,
  lines: number,
  state: AppState,
  view: View,
  context: FrameContext,
): void => {
  const top = topBelow(lines, rect)
  const most = Math.floor((rect.width - 2) / LEAST.width)
  const ids = SHOWN.filter((id) => panelsIn(state).some((panel) => panel.id === id))
  if (top === 0 || ids.length === 0 || most < ids.length) return
  const { height } = rect
  const { length } = canvas.hits
  const width = Math.floor((rect.width - 2) / ids.length)
  ids.forEach((id, index) => {
    const place = {
      x: rect.x + 1 + index * width,
      y: rect.y + top,
      width: index === ids.length - 1 ? rect.width - 2 - index * width : width,
      height: height - 1 - top,
    }
    drawPanel(canvas, plain(state, id), view, context, { id, rect: place, boxed: true }, false)
    // rows are not moved in here: a click leads to where they are
    canvas.hits.length = length + index
    hit(canvas, place, { do: 'open', panel: id })
  })
}

/** Of processes, all of them, none of them with the focus. */
const plain = ({ byPanel, ...state }: AppState, id: PanelId): AppState => {
  const mode = panelIn(state as AppState, id).modes[0]!.id
  return { ...state, filter: NO_FILTER, focus: '', page: { is: 'overview' }, byPanel: { ...byPanel, [id]: { mode } } }
}
