// How what the screen remembers (state-types.ts) begins, and what is read of it. It is changed only by update(), never by
// drawing; what can be derived (rows; what the engine should be doing, probes/wanted.ts) is not kept in it.
import type { Store } from '../model/store.ts'
import { viewOf, type View } from '../model/view.ts'
import { isOfStacks, selectionKey, type Selection } from '../model/selection.ts'
import { allPanels, OVERVIEW, panelOf } from '../panels/registry.ts'
import { PANEL_IDS, type AnyPanel, type OwnPanelId, type PanelId } from '../panels/panel-types.ts'
import type { ClassRule } from '../model/waits/class-rules.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import { NO_FILTER } from './filter.ts'
import type { AppState, KeyOverrides, LibraryScript, PanelState, Tabs } from './state-types.ts'
import type { Page, StacksPage } from './page-types.ts'
import type { Thresholds } from './rule.ts'
import type { Grouping } from './grouped.ts'
import { panelWith } from './kept.ts'
import type { Naming } from './named.ts'
import type { Effect } from './app-types.ts'

/** What an action makes: the next state, and what only the outside can do. */
export interface Updated {
  state: AppState
  effects: Effect[]
}

export interface InitialOptions {
  /** Panels of the overview; absent: the five that are always on. */
  panels?: readonly PanelId[]
  /** What is known of probes that describe themselves before they do. */
  specs?: readonly ProbeSpec[]
  library?: () => readonly LibraryScript[]
  only?: readonly Selection[]
  theme?: string
  mouse?: boolean
  /** Names the theme key goes through. */
  themes?: readonly string[]
  intervalMs?: number
  thresholds?: Thresholds
  classRules?: readonly ClassRule[]
  keys?: KeyOverrides
  tabs?: Tabs
  grouping?: Grouping
  naming?: Naming
  /** Nobody chose the theme. */
  suits?: boolean
  /** Of all CPUs; 0: any. */
  limitPercent?: number
  replay?: boolean
  player?: boolean
  width?: number
  height?: number
}

export const initialState = (options: InitialOptions = {}): AppState => {
  const panels = options.panels && options.panels.length > 0 ? options.panels : OVERVIEW
  const themes = options.themes ?? ['dark', 'light', 'colourblind', 'tty']
  return {
    page: { is: 'overview' },
    focus: panels[0]!,
    panels,
    ...(panels === OVERVIEW ? {} : { begunWith: panels }),
    specs: options.specs ?? [],
    byPanel: Object.fromEntries(
      [...PANEL_IDS, ...Object.keys(options.tabs ?? {})].map((id) => [
        id,
        panelWith(panelOf(id, options.specs ?? []).modes[0]!.id, options.tabs?.[id]),
      ]),
    ) as Record<OwnPanelId, PanelState>,
    filter: NO_FILTER,
    lines: [],
    scripts: [],
    library: options.library ?? (() => []),
    only: options.only ?? [],
    crumbs: [],
    intervalMs: options.intervalMs ?? 1000,
    ...(options.thresholds ? { thresholds: options.thresholds } : {}),
    ...(options.classRules ? { classRules: options.classRules } : {}),
    ...(options.keys ? { keys: options.keys } : {}),
    ...(options.grouping && options.grouping !== 'each' ? { grouping: options.grouping } : {}),
    ...(options.naming && options.naming !== 'name' ? { naming: options.naming } : {}),
    ...(options.suits ? { suits: true } : {}),
    cost: false,
    budget: { limitPercent: options.limitPercent ?? 0, pins: {} },
    mouse: options.mouse ?? true,
    theme: options.theme ?? themes[0] ?? 'dark',
    themes,
    replay: options.replay ?? false,
    ...(options.player ? { player: { times: 1 } } : {}),
    width: options.width ?? 80,
    height: options.height ?? 24,
  }
}

/** All panels there are. */
export const panelsIn = ({ specs }: Pick<AppState, 'specs'>): readonly AnyPanel[] => allPanels(specs)

export const panelIn = ({ specs }: Pick<AppState, 'specs'>, id: PanelId): AnyPanel => panelOf(id, specs)

/** What a probe says of itself; undefined where it has not said it. */
export const specOf = ({ specs }: Pick<AppState, 'specs'>, probe: string): ProbeSpec | undefined =>
  specs.find(({ id }) => id === probe)

export const panelState = (state: AppState, id: PanelId): PanelState =>
  state.byPanel[id] ?? { mode: panelIn(state, id).modes[0]!.id }

/** The panel keys act on, if the page has one. */
export const currentPanel = (state: AppState): PanelId | undefined =>
  state.page.is === 'overview' ? state.focus : state.page.is === 'panel' ? state.page.panel : undefined

export const isFullScreen = (state: AppState): boolean => state.page.is === 'panel'

/** What it shows of a store. */
export const viewIn = (state: AppState, store: Store): View => viewOf(store, selectionsOf(state), state.instantMs)

export const isFrozen = (state: AppState): boolean => state.instantMs !== undefined

/** Everything shown is narrowed to these, outermost first; what the command line gave and was entered is there once. */
export const selectionsOf = ({ only, crumbs }: AppState): readonly Selection[] => {
  if (crumbs.length === 0) return only
  const entered = crumbs.map(({ selection }) => selection)
  const keys = new Set(entered.map(selectionKey))
  return [...only.filter((selection) => !keys.has(selectionKey(selection))), ...entered]
}

/** The innermost process or thread: what the process page is about. */
export const selectedProcess = (state: AppState): { pid: number; comm: string; startedMs?: number } | undefined => {
  const last = selectionsOf(state).findLast((selection) => selection.is === 'process' || selection.is === 'thread')
  return last?.is === 'process'
    ? { pid: last.pid, comm: last.comm, startedMs: last.startedMs }
    : last?.is === 'thread'
      ? { pid: last.pid, comm: '', startedMs: last.startedMs }
      : undefined
}

/** Where the innermost selection is at home; Esc leads there first, and out of it from there. */
export const homePage = (state: AppState): Page => {
  const last = state.crumbs.at(-1)
  if (last?.selection.is === 'process') return { is: 'process', scroll: 0 }
  return last && isOfStacks(last.selection) ? last.from : { is: 'overview' }
}

/** The page of stacks, or that on which the innermost stack was entered: what it collects tells who has such stacks. */
export const stacksPageOf = (state: AppState): StacksPage | undefined =>
  [...state.crumbs.flatMap(({ selection, from }) => (isOfStacks(selection) ? [from] : [])), state.page].findLast(
    (page) => page.is === 'stacks',
  )
