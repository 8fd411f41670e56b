// The rows of a panel as they are shown: of the right instant, filtered and sorted; and the selection among them.
// Used by drawing, by moving the selection and by snapshots, so that these never disagree.
import type { View } from '../../model/view.ts'
import { createLatest } from '../../model/memo.ts'
import { createRecently } from '../../model/base/recently.ts'
import { readingsFor } from '../../model/waits/seen-waits.ts'
import {
  ALONE,
  type Beside,
  type Column,
  type PanelId,
  type Row,
  type Sort,
  type AnyPanel,
} from '../../panels/panel-types.ts'
import { wholeRow } from '../../panels/lazy-row.ts'
import { isDescribed, type Sample } from '../../stream/stream-types.ts'
import { ADDABLE, SPARE, withAdded, withSpare, type Addable } from '../added.ts'
import { ask, askedOf, type Asked } from '../asked.ts'
import { inBucket } from '../bucket.ts'
import { compared, samplesBefore } from '../compare.ts'
import { addedColumns, shownColumns } from '../column-choice.ts'
import { isTextual } from '../format.ts'
import { panelRows } from '../panel-rows.ts'
import { grouped, isGroupable, type Grouping } from '../grouped.ts'
import { named } from '../named.ts'
import { filterRows, sortRows } from '../row-order.ts'
import { panelIn, panelState } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { Thresholds } from '../rule.ts'
import { estimatedColumns } from '../tier.ts'
import { RULES } from '../verdict/rules.ts'
import { treeOf } from '../tree.ts'

export interface Table {
  panel: AnyPanel
  /** As cells have them. */
  columns: readonly Column[]
  /** Of these the ones that are shown, in their order. */
  shown: readonly Column[]
  /** Of columns whose width one chose. */
  widths?: Readonly<Record<string, number>>
  /** Left out, as one chose. */
  hidden: number
  rows: Row[]
  /** Before filtering. */
  total: number
  /** Left out, as they are idle. */
  idle: number
  sort: Sort
  /** How its rows are added up. */
  grouping: Grouping
  /** Where the selected row is now; -1 when it is not among them. */
  selected: number
  /** It is compared with an instant of which it has no rows. */
  isNew: boolean
  /** The tables of this instant are no longer kept. */
  dropped: boolean
}

/** `detail`: all columns, as in full-screen. */
export const tableOf = (state: AppState, view: View, id: PanelId, detail: boolean): Table => {
  const panel = panelIn(state, id)
  const { selected, mode, tabs } = panelState(state, id)
  const samples = view.samples(panel.probe, panel.depth ?? 1) as Sample[]
  const beside = besideOf(state, view, panel, panel.depth ?? 1)
  const last = samples.at(-1)
  const before = samplesBefore(state, view, panel)
  const built = builtOnce(askedOf(panel, state, detail), view, samples, before, beside)
  return {
    panel,
    ...built,
    widths: tabs?.[mode]?.widths,
    isNew: before?.length === 0,
    selected: selected ? built.rows.findIndex((row) => row.key === selected.key) : -1,
    dropped: last !== undefined && !view.hasRows(last),
  }
}

type Built = Pick<Table, 'columns' | 'shown' | 'hidden' | 'rows' | 'total' | 'idle' | 'sort' | 'grouping'>

/** What its rows are made from beside its own probe. */
export const besideOf = (state: AppState, view: View, { beside }: AnyPanel, depth: number): Beside => ({
  samples: beside ? view.samples(beside, readingsFor(depth)).filter(isDescribed) : [],
  rules: state.classRules ?? ALONE.rules,
})

const build = (
  asked: Asked,
  view: View,
  samples: readonly Sample[],
  before: readonly Sample[] | undefined,
  beside: Beside,
): Built => {
  const { state, panel, detail, mode, wanted, chosen, bucket, hasSpare } = asked
  const last = samples.at(-1)
  const usual = idsOf(panel.columns(mode, detail))
  const isClose = detail || chosen !== undefined || (wanted !== undefined && !usual.includes(wanted.column))
  const inDetail = isClose && (!last || (panel.hasDetail?.(last.data) ?? true))
  const made = panelRows(panel, samples, mode, inDetail, beside)
  const left = asked.hides && panel.hasIdle ? made.filter((row) => !row.idle) : made
  const isRemade = last?.tier !== undefined || before !== undefined || asked.isMadeAnew
  const awake = isRemade ? left.map(wholeRow) : left
  const known = knownColumns(
    withThresholds(estimatedColumns(panel.columns(mode, inDetail), last), state.thresholds),
    awake,
    made,
    last,
  )
  const isOfProcesses = isGroupable(known.columns)
  const { columns, rows: all } = isOfProcesses ? withNames(state, view, known, addedColumns(chosen, wanted)) : known
  const inside = bucket && inBucket(bucket, columns, all)
  const sort = inside?.sort ?? sortOf(panel, columns, mode, wanted)
  const found = filterRows(inside?.rows ?? all, state.filter.text)
  const idle = made.length - all.length
  const by = isOfProcesses ? (state.grouping ?? 'each') : 'each'
  const cells = { columns, rows: found }
  const groups = by === 'each' || by === 'parent' ? cells : grouped(by, cells, sort, view)
  const sorted = (some: readonly Row[]): Row[] => sortRows(some, groups.columns, sort)
  const rows = by === 'parent' ? treeOf(cells, sorted, view) : sorted(groups.rows)
  const usualShown = shownOnce(groups.columns, chosen ?? usual, sort.column, state.naming)
  const change =
    before && compared({ ...groups, rows }, builtBefore(state, view, panel, before, detail), sort, by === 'parent')
  const shown = change ? besideSorted(usualShown, sort, change.columns.at(-1)!) : usualShown
  const hidden = chosen ? panel.columns(mode, inDetail).length - shown.filter(({ id }) => !(id in ADDABLE)).length : 0
  const shownRows = change ?? { columns: groups.columns, rows }
  const total = by === 'each' ? all.length + shownRows.rows.length - rows.length : shownRows.rows.length
  const isThere = shownRows.columns.some(({ id }) => id === SPARE.id)
  const spare = isThere || !hasSpare ? undefined : withSpare(shownRows, view)
  if (spare) return { ...spare, shown: [...shown, SPARE], hidden: 0, sort, total, idle, grouping: by }
  return { ...shownRows, shown, hidden: Math.max(0, hidden), sort, total, idle, grouping: by }
}

/** With those who were idle then. */
const builtBefore = (
  state: AppState,
  view: View,
  panel: AnyPanel,
  samples: readonly Sample[],
  detail: boolean,
): Built | undefined => {
  if (samples.length === 0) return undefined
  const then = { ...state, instantMs: state.since, since: undefined, bucket: undefined, idle: true }
  const seen = view.at(state.since)
  const beside = besideOf(then, seen, panel, panel.depth ?? 1)
  const built = build(ask(panel, then, detail), seen, samples, undefined, beside)
  return { ...built, rows: built.rows.map(wholeRow) }
}

const besideSorted = (shown: readonly Column[], sort: Sort, change: Column): readonly Column[] =>
  shown.flatMap((column) => (column.id === sort.column ? [column, change] : [column]))

/** What the directory of processes says of each: as the key has it, then in columns that were chosen. */
const withNames = (state: AppState, view: View, known: Cells, added: readonly Addable[]): Cells => {
  const called = state.naming ? named(state.naming, known, view) : known
  return added.length > 0 ? withAdded(added, called, view) : called
}

interface Cells {
  columns: readonly Column[]
  rows: readonly Row[]
}

/** As many as a screen has panels, in both sizes. */
const MOST_RECENT = 12
const recently = createRecently<Built>(MOST_RECENT)

/** A key that is held down moves through one table; so do the frames between two intervals. */
const builtOnce = (
  asked: Asked,
  view: View,
  samples: readonly Sample[],
  before: readonly Sample[] | undefined,
  beside: Beside,
): Built => {
  const names = asked.isMadeAnew && view.directory().key
  const of = [asked.key, names, ...(before ?? []), ...samples, ...beside.samples]
  return recently(of, () => build(asked, view, samples, before, beside))
}

/** `12 idle left out: i`. */
export const idleNote = ({ idle }: Pick<Table, 'idle'>, key = ': i'): string[] =>
  idle > 0 ? [`${idle} idle left out${key}`] : []

/** One truth for what stands out in the header and in a table. */
const withThresholds = createLatest((columns: readonly Column[], own: Thresholds | undefined): readonly Column[] =>
  columns.map((column) => {
    const rule = column.rule && RULES.find(({ id }) => id === column.rule)
    return rule ? { ...column, thresholds: { warn: rule.warn, bad: rule.bad, ...own?.[rule.id] } } : column
  }),
)

const idsOf = createLatest((columns: readonly Column[]): readonly string[] => columns.map(({ id }) => id))

const shownOnce = createLatest(
  (columns: readonly Column[], chosen: readonly string[], sorted: string, naming: string | undefined) =>
    shownColumns(columns, chosen, naming ? [sorted, naming] : [sorted]),
)

/** Columns that only following every event tells give way while things are counted or sampled: those that none of `all` has. */
const knownColumns = (
  columns: readonly Column[],
  rows: readonly Row[],
  all: readonly Row[],
  last: Sample | undefined,
): Cells => {
  if (!last?.tier || all.length === 0) return { columns, rows }
  const isKnown = columns.map((_, i) => all.some(({ cells }) => cells[i] !== undefined))
  return {
    columns: columns.filter((_, i) => isKnown[i]),
    rows: rows.map((row) => ({ ...row, cells: row.cells.filter((_, i) => isKnown[i]) })),
  }
}

/** A sort column that is not there (another mode, fewer columns) falls back to the mode's own, and that to the first
 * that is about time or amount. */
const sortOf = (panel: AnyPanel, columns: readonly Column[], mode: string, chosen: Sort | undefined): Sort => {
  const isThere = (sort: Sort | undefined): boolean => columns.some(({ id }) => id === sort?.column)
  const own = panel.defaultSort(mode)
  if (chosen && isThere(chosen)) return chosen
  const first = columns.find(({ kind }) => !isTextual(kind) && kind !== 'id')
  return isThere(own) || !first ? own : { column: first.id, descending: true }
}
