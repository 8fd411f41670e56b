// How each kind of page is drawn (what it does is in pages/).
import type { Selection } from '../../model/selection.ts'
import type { View } from '../../model/view.ts'
import { besidePanel, splitForDetail, splitOverview, type Tab } from '../aside.ts'
import { overviewPanels, type Placed } from '../layout.ts'
import { panelState, selectionsOf } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { Page, PageOf } from '../page-types.ts'
import type { ChartSlot, FrameContext, Rect } from '../app-types.ts'
import type { PanelId } from '../../panels/panel-types.ts'
import { drawChecklist } from './checklist.ts'
import { hit, type Canvas } from './grid.ts'
import { drawPanel } from './panel.ts'
import { drawProcess } from './process.ts'
import { drawStacks } from './stacks.ts'
import { drawVerdict } from './verdict.ts'

/** `page` is that of the state; charts are what the painter may draw over it. */
type DrawPage<P extends Page> = (
  canvas: Canvas,
  rect: Rect,
  state: AppState,
  page: P,
  view: View,
  context: FrameContext,
) => ChartSlot[]

export const drawPage = (canvas: Canvas, rect: Rect, state: AppState, view: View, context: FrameContext): ChartSlot[] =>
  (PAGES[state.page.is] as DrawPage<Page>)(canvas, rect, state, state.page, view, context)

/** One that the state alone tells everything, and that has no charts. */
const plain =
  (draw: (canvas: Canvas, rect: Rect, state: AppState, view: View, context: FrameContext) => void): DrawPage<Page> =>
  (canvas, rect, state, _, view, context) => {
    draw(canvas, rect, state, view, context)
    return []
  }

const PAGES: { readonly [K in Page['is']]: DrawPage<PageOf<K>> } = {
  overview: (canvas, rect, state, _, view, context) => {
    const { aside } = splitOverview(state, rect)
    if (aside) drawVerdict(canvas, aside.verdict, state, view)
    if (aside?.detail) drawBeside(canvas, aside.detail, state, state.focus, view, context)
    for (const tab of aside?.tabs ?? []) drawTab(canvas, tab, state, view, context)
    // that with the focus last: the line it shares with others is its own
    let focused: Placed | undefined
    for (const placed of overviewPanels(state, rect))
      if (placed.id === state.focus) focused = placed
      else drawPanel(canvas, state, view, context, placed, false)
    if (focused) drawPanel(canvas, state, view, context, focused, false)
    return []
  },
  panel: (canvas, rect, state, { panel }, view, context) => {
    const { list, detail } = splitForDetail(state, panel, rect)
    if (detail) drawBeside(canvas, detail, state, panel, view, context)
    return drawPanel(canvas, state, view, context, { id: panel, rect: list, boxed: true }, true)
  },
  process: drawProcess,
  verdict: plain((canvas, rect, state, view, { nowMs }) => drawVerdict(canvas, rect, state, view, nowMs)),
  checklist: drawChecklist,
  stacks: plain(drawStacks),
}

/** A panel's other tab, without focus and selection; a click turns the panel to it. */
const drawTab = (
  canvas: Canvas,
  { id, mode, rect }: Tab,
  { byPanel, ...state }: AppState,
  view: View,
  context: FrameContext,
): void => {
  const { length } = canvas.hits
  const { tabs } = panelState({ ...state, byPanel }, id)
  const focus = state.panels.find((each) => each !== id) ?? ''
  drawPanel(
    canvas,
    { ...state, focus, byPanel: { ...byPanel, [id]: { mode, ...tabs?.[mode], ...(tabs && { tabs }) } } },
    view,
    context,
    { id, rect, boxed: true },
    false,
  )
  canvas.hits.length = length
  hit(canvas, rect, { do: 'modeIs', panel: id, mode })
}

const drawBeside = (
  canvas: Canvas,
  rect: Rect,
  state: AppState,
  id: PanelId,
  view: View,
  context: FrameContext,
): void => {
  const beside = besideOf(state, id)
  if (beside) drawProcess(canvas, rect, beside, beside.page, view.through(selectionsOf(beside)), context)
}

/** The state as it were with the process entered whose page has room beside the list. */
const besideOf = (state: AppState, id: PanelId): (AppState & { page: PageOf<'process'> }) | undefined => {
  const process = besidePanel(state, id)
  if (!process) return undefined
  const { pid, startedMs, comm = '' } = process
  const selection: Selection = { is: 'process', pid, comm, ...(startedMs === undefined ? {} : { startedMs }) }
  return {
    ...state,
    page: { is: 'process', scroll: 0, beside: true },
    crumbs: [...state.crumbs, { selection, from: state.page }],
  }
}
