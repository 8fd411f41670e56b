// What a wide screen has beside its panels: the page of a process, what stands out, other tabs.
import type { PanelId } from '../panels/panel-types.ts'
import { WAITS } from '../stream/probe-ids.ts'
import type { Rect } from './app-types.ts'
import { panelIn, panelState, selectedProcess } from './state.ts'
import type { AppState } from './state-types.ts'

/** Of a list and what is selected in it, side by side: from this width on, each as wide as a small screen. */
const LEAST_FOR_DETAIL = 180

/** Whose page is beside a panel that fills the screen: that of the selected row; while none is, beside chains, that of the
 * process which everything is narrowed to, as it has few and they have no use for all of a wide screen. */
export const besidePanel = (state: AppState, id: PanelId): BesideProcess | undefined => {
  const { selected } = panelState(state, id)
  if (selected?.pid !== undefined) return { ...selected, pid: selected.pid }
  return id === WAITS ? selectedProcess(state) : undefined
}

interface BesideProcess {
  pid: number
  comm?: string
  startedMs?: number
}

/** A panel that fills the screen, and a process's page beside it where there is room. */
export const splitForDetail = (state: AppState, id: PanelId, body: Rect): { list: Rect; detail?: Rect } => {
  if (body.width < LEAST_FOR_DETAIL || !besidePanel(state, id)) return { list: body }
  const width = Math.ceil(body.width * 0.55)
  return { list: { ...body, width }, detail: { ...body, x: body.x + width - 1, width: body.width - width + 1 } }
}

/** What a very wide overview has beside its panels: what stands out, and the page of the selected process; on a high one,
 * while none is selected, the other tabs of its tables, for which nothing more has to be looked at. */
interface Aside {
  verdict: Rect
  detail?: Rect
  tabs?: readonly Tab[]
}

export interface Tab {
  id: PanelId
  mode: string
  rect: Rect
}

const LEAST_FOR_ASIDE = { width: 240, height: 40 }
const WIDEST_ASIDE = 100
const LEAST_VERDICT = 16
/** All that is looked at, and a table worth having below it. */
const WHOLE_VERDICT = 44
const LEAST_TAB = 10

export const splitOverview = (state: AppState, body: Rect): { panels: Rect; aside?: Aside } => {
  if (body.width < LEAST_FOR_ASIDE.width || body.height < LEAST_FOR_ASIDE.height) return { panels: body }
  const width = Math.min(WIDEST_ASIDE, Math.floor(body.width / 3))
  const beside = { ...body, x: body.x + body.width - width, width }
  const panels = { ...body, width: body.width - width + 1 }
  const parted = (height: number): [upper: Rect, lower: Rect] => [
    { ...beside, height },
    { ...beside, y: beside.y + height, height: beside.height - height },
  ]
  if (panelState(state, state.focus).selected?.pid === undefined) {
    const [verdict, below] = parted(Math.max(WHOLE_VERDICT, Math.floor(body.height / 2)))
    const tabs = otherTabs(state, below)
    return { panels, aside: tabs.length > 0 ? { verdict, tabs } : { verdict: beside } }
  }
  const height = Math.max(LEAST_VERDICT, Math.floor(body.height * 0.4))
  const [verdict, detail] = parted(height)
  return { panels, aside: { verdict, detail } }
}

/** One above the other, as many as have room; the first higher. */
const otherTabs = (state: AppState, rect: Rect): Tab[] => {
  const most = Math.max(0, Math.floor(rect.height / LEAST_TAB))
  // from the last on: of system calls there are rows on any machine
  const open = state.panels
    .toReversed()
    .map((id) => panelIn(state, id))
    .filter(({ bothTabs }) => bothTabs)
    .slice(0, most)
  const upper = open.length > 1 ? rect.height - Math.max(LEAST_TAB, Math.floor(rect.height / 3)) : rect.height
  return open.map(({ id, bothTabs }, index) => ({
    id,
    mode: bothTabs!.find((each) => each !== panelState(state, id).mode)!,
    rect: index === 0 ? { ...rect, height: upper } : { ...rect, y: rect.y + upper, height: rect.height - upper },
  }))
}
