// Where everything is. Wide screens show latency panels side by side above the tables, narrower ones a column of each.
// Drawing and moving by pages read the same rectangles.
import { createLatest } from '../model/memo.ts'
import { panelById } from '../panels/registry.ts'
import type { AnyPanel, PanelId } from '../panels/panel-types.ts'
import { limitsOf } from './narrowing.ts'
import { splitForDetail, splitOverview } from './aside.ts'
import { isFullScreen, panelIn, panelState } from './state.ts'
import type { AppState } from './state-types.ts'
import type { Rect } from './app-types.ts'

export const LEAST_WIDTH = 60
export const LEAST_HEIGHT = 16

export interface Placed {
  id: PanelId
  rect: Rect
  /** With a frame around it; else only a title line. */
  boxed: boolean
}

interface Layout {
  header: Rect
  body: Rect
  footer: Rect
}

export const isTooSmall = (width: number, height: number): boolean => width < LEAST_WIDTH || height < LEAST_HEIGHT

export const layoutOf = (width: number, height: number, banner = false): Layout => {
  const top = banner ? 3 : 2
  return {
    header: { x: 0, y: 0, width, height: top },
    body: { x: 0, y: top, width, height: height - top - 1 },
    footer: { x: 0, y: height - 1, width, height: 1 },
  }
}

const WIDE = 100
const TALL = 28
/** A picture has a use for height, a table of what happens on a quiet machine has none. */
const HIGH = 60

/** The panels of the overview; those that are folded are lines at its foot. */
export const placePanels = (
  panels: readonly PanelId[],
  body: Rect,
  panelOf: (id: PanelId) => AnyPanel = panelById,
  isFolded: (id: PanelId) => boolean = () => false,
): Placed[] => {
  const lines = panels.filter(isFolded)
  const open = panels.filter((id) => !lines.includes(id))
  const room = { ...body, height: body.height - lines.length }
  const folded = lines.map((id, index): Placed => ({
    id,
    rect: { ...body, y: room.y + room.height + index, height: 1 },
    boxed: false,
  }))
  return [...placeOpen(open, room, panelOf), ...folded]
}

const placeOpen = (panels: readonly PanelId[], body: Rect, panelOf: (id: PanelId) => AnyPanel): Placed[] => {
  const latency = panels.filter((id) => isLatency(panelOf(id)))
  const tables = panels.filter((id) => !latency.includes(id))
  if (body.width >= WIDE && body.height >= TALL) {
    const [upper, lower] = splitHeight(body, latency.length, tables.length)
    return [...sideBySide(latency, upper), ...sideBySide(tables, lower)].map((placed) => ({ ...placed, boxed: true }))
  }
  const [left, right] = splitWidth(body, latency.length, tables.length)
  return [...stacked(latency, left), ...stacked(tables, right)]
}

/** What has nothing to say of what everything is narrowed to takes a line of the overview, not a place. */
export const overviewPanels = (state: AppState, { x, y, width, height }: Rect): readonly Placed[] =>
  overviewOnce(state, x, y, width, height)

/** The same from frame to frame, until something is done. */
const overviewOnce = createLatest((state: AppState, x: number, y: number, width: number, height: number) =>
  placePanels(
    state.panels,
    splitOverview(state, { x, y, width, height }).panels,
    (id) => panelIn(state, id),
    (id) => limitsOf(state, panelIn(state, id), undefined).some(({ blank }) => blank),
  ),
)

/** Latency panels are pictures, the others tables. System calls have latency only when looked at closely. */
export const isLatency = (panel: AnyPanel): boolean => panel.heatBits !== undefined && !panel.hasDetail

const splitHeight = (body: Rect, upper: number, lower: number): [Rect, Rect] => {
  const height =
    lower === 0 ? body.height : upper === 0 ? 0 : Math.ceil(body.height * (body.height >= HIGH ? 0.6 : 0.5))
  return [
    { ...body, height },
    { ...body, y: body.y + height, height: body.height - height },
  ]
}

const splitWidth = (body: Rect, left: number, right: number): [Rect, Rect] => {
  const width = right === 0 ? body.width : left === 0 ? 0 : Math.floor(body.width / 2)
  // A blank column between, so that tables do not touch
  return [
    { ...body, width: right === 0 || left === 0 ? width : width - 1 },
    { ...body, x: body.x + width, width: body.width - width },
  ]
}

/** Neighbours share the line between them. */
const sideBySide = (ids: readonly PanelId[], { x, y, width, height }: Rect): { id: PanelId; rect: Rect }[] =>
  ids.map((id, index) => {
    const from = Math.floor((index * (width - 1)) / ids.length)
    const to = Math.floor(((index + 1) * (width - 1)) / ids.length)
    return { id, rect: { x: x + from, y, width: to - from + 1, height } }
  })

const stacked = (ids: readonly PanelId[], { x, y, width, height }: Rect): Placed[] =>
  ids.map((id, index) => {
    const from = Math.floor((index * height) / ids.length)
    const to = Math.floor(((index + 1) * height) / ids.length)
    return { id, rect: { x, y: y + from, width, height: to - from }, boxed: to - from >= 14 }
  })

/** The parts of one panel; absent where there is no room for them. */
export interface Parts {
  /** Absent where the title has them. */
  stats?: Rect
  heat?: Rect
  axis?: Rect
  legend?: Rect
  bars?: Rect
  /** On the axis of the heat map where there is one. */
  chart?: { rect: Rect; gutter: number }
  table: Rect
}

/** What a panel without a heat map has over time: a figure, or its time by class. */
type ChartKind = 'trend' | 'times'

export const chartOf = ({ trend, times }: AnyPanel): ChartKind | undefined =>
  times ? 'times' : trend ? 'trend' : undefined

export const partsOf = (
  hasHeat: boolean,
  chart: ChartKind | undefined,
  rect: Rect,
  boxed: boolean,
  full: boolean,
): Parts => {
  const inner = boxed
    ? { x: rect.x + 1, y: rect.y + 1, width: rect.width - 2, height: rect.height - 2 }
    : { x: rect.x, y: rect.y + 1, width: rect.width, height: rect.height - 1 }
  if (boxed && !full && rect.width >= WIDE_TITLE) return smallParts(hasHeat, inner)
  const stats = { ...inner, height: 1 }
  const rest = { ...inner, y: inner.y + 1, height: inner.height - 1 }
  if (full) return fullParts(hasHeat, chart, stats, rest)
  return { stats, ...smallParts(hasHeat, rest) }
}

/** From this width on a panel's title has room for its figures, and they take no line. */
const WIDE_TITLE = 60

const smallParts = (hasHeat: boolean, rest: Rect): Parts => {
  if (!hasHeat) return { table: rest }
  if (rest.height >= 9) {
    const heat = Math.ceil(rest.height * (rest.height >= TALL ? 0.6 : 0.5))
    return { heat: { ...rest, height: heat }, table: { ...rest, y: rest.y + heat, height: rest.height - heat } }
  }
  if (rest.height < 3 || rest.width < 36) return { table: rest }
  const width = Math.min(Math.floor(rest.width / 2), 60)
  return { heat: { ...rest, width: width - 1 }, table: { ...rest, x: rest.x + width, width: rest.width - width } }
}

const fullParts = (hasHeat: boolean, chart: ChartKind | undefined, stats: Rect, rest: Rect): Parts => {
  const parts: Parts = { stats, table: rest }
  const take = (height: number): Rect => {
    const { table } = parts
    parts.table = { ...table, y: table.y + height, height: table.height - height }
    return { ...table, height }
  }
  const bars = hasHeat && rest.width >= 70 ? Math.min(48, Math.floor(rest.width * 0.33)) : 0
  // its letters need no scale beside them
  const gutter = hasHeat
    ? Math.max(bars, LEAST_GUTTER)
    : chart === 'times'
      ? 0
      : rest.width >= WIDE_TREND
        ? TREND_GUTTER
        : LEAST_GUTTER
  const left = { ...rest, width: rest.width - gutter }
  const right = { ...rest, x: left.x + left.width + 1, width: gutter - 1 }
  if (hasHeat) {
    const heat = take(Math.max(4, Math.min(22, Math.floor(rest.height * 0.4))))
    const axis = take(1)
    parts.heat = { ...left, y: heat.y, height: heat.height }
    parts.axis = { ...left, y: axis.y, height: 1 }
    if (bars > 0) {
      parts.bars = { ...right, y: heat.y, height: heat.height }
      parts.legend = { ...right, y: axis.y, height: 1 }
    }
  }
  if (hasHeat || chart) {
    const height = rest.height >= 34 ? 9 : rest.height < 16 ? 0 : hasHeat ? 4 : chart === 'times' ? 6 : 2
    if (height > 0) {
      const { y } = take(height)
      parts.chart = { rect: { ...left, y, height }, gutter }
    }
  }
  return parts
}

/** From this width on a chart of one figure says which beside it. */
const WIDE_TREND = 100
const TREND_GUTTER = 20

/** Beside a chart, for the newest value of each series. */
export const LEAST_GUTTER = 8

/** Where a panel's table is on the screen, if it is. */
export const tableRect = (state: AppState, id: PanelId): Rect | undefined => {
  const { body } = layoutOf(state.width, state.height, state.replay)
  const full = isFullScreen(state)
  const placed = full
    ? { rect: splitForDetail(state, id, body).list, boxed: true }
    : overviewPanels(state, body).find((panel) => panel.id === id)
  if (!placed) return undefined
  const panel = panelIn(state, id)
  return partsOf(
    panel.hasRanges?.(panelState(state, id).mode) || (full ? panel.heatBits !== undefined : isLatency(panel)),
    chartOf(panel),
    placed.rect,
    placed.boxed,
    full,
  ).table
}

/** Rows of a panel's table on screen. */
export const pageRows = (state: AppState, id: PanelId): number => Math.max(1, (tableRect(state, id)?.height ?? 2) - 1)
