// The whole picture as a pure function of state, store and context: what is painted, printed into snapshots and tested.
import { narrowStore } from '../model/narrow.ts'
import type { Store } from '../model/store.ts'
import { drawChecklist } from './draw/checklist.ts'
import { drawChoice } from './draw/choice.ts'
import { drawFooter } from './draw/footer.ts'
import { createCanvas, put, type Canvas } from './draw/grid.ts'
import { drawHeader } from './draw/header.ts'
import { drawHelp } from './draw/help.ts'
import { drawPanel } from './draw/panel.ts'
import { drawProcess } from './draw/process.ts'
import { drawStacks } from './draw/stacks.ts'
import { drawVerdict } from './draw/verdict.ts'
import type { Selection } from '../model/selection.ts'
import { isTooSmall, layoutOf, LEAST_HEIGHT, LEAST_WIDTH, placePanels, splitForDetail } from './layout.ts'
import { panelIn, panelState, selectionsOf, type AppState } from './state.ts'
import type { ChartSlot, Frame, FrameContext, PanelId } from './types.ts'

export const frame = (state: AppState, whole: Store, context: FrameContext): Frame => {
  const store = narrowStore(whole, selectionsOf(state))
  const { width, height } = context
  const canvas = createCanvas(Math.max(1, width), Math.max(1, height), context.unicode)
  if (isTooSmall(width, height)) {
    drawTooSmall(canvas)
    return { grid: canvas, hits: [], charts: [] }
  }
  const { header, body, footer } = layoutOf(width, height, context.banner !== undefined)
  drawHeader(canvas, header, state, store, context)
  const charts: ChartSlot[] = []
  if (state.help) drawHelp(canvas, body, state, store, context)
  else if (state.page.is === 'process') drawProcess(canvas, body, state, store, context)
  else if (state.page.is === 'verdict') drawVerdict(canvas, body, state, store)
  else if (state.page.is === 'checklist') charts.push(...drawChecklist(canvas, body, state, state.page, store, context))
  else if (state.page.is === 'stacks') drawStacks(canvas, body, state, store, context)
  else if (state.page.is === 'panel') {
    const { panel } = state.page
    const { list, detail } = splitForDetail(state, panel, body)
    charts.push(...drawPanel(canvas, state, store, context, { id: panel, rect: list, boxed: true }, true))
    const beside = detail && besideOf(state, panel)
    if (beside) drawProcess(canvas, detail, beside, narrowStore(whole, selectionsOf(beside)), context)
  } else {
    for (const placed of placePanels(state.panels, body, (id) => panelIn(state, id)))
      drawPanel(canvas, state, store, context, placed, false)
  }
  if (state.choice || state.panelList || state.palette) canvas.hits.length = 0
  drawChoice(canvas, body, state, store)
  const cursor = drawFooter(canvas, footer, state, store)
  return { grid: canvas, hits: canvas.hits, charts, ...(cursor ? { cursor } : {}) }
}

/** The state as it were with the selected process entered, where one was selected: its page has room beside the list. */
const besideOf = (state: AppState, id: PanelId): AppState | undefined => {
  const { selected } = panelState(state, id)
  if (selected?.pid === undefined) return undefined
  const { pid, startedMs, comm = '' } = selected
  const selection: Selection = { is: 'process', pid, comm, ...(startedMs === undefined ? {} : { startedMs }) }
  return {
    ...state,
    page: { is: 'process', scroll: 0, beside: true },
    crumbs: [...state.crumbs, { selection, from: state.page }],
  }
}

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
