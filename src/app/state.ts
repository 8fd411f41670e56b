// All the screen remembers, as plain data: changed only by update(), never by drawing. What can be derived (rows; what the
// engine should be doing, wanted.ts) is not kept here.
import type { Store } from '../model/store.ts'
import { viewOf, type View } from '../model/view.ts'
import { isOfStacks, selectionKey, type Selection } from '../model/selection.ts'
import { allPanels, OVERVIEW, panelOf } from '../panels/registry.ts'
import { type OwnPanelId, type PanelId, type Sort, type AnyPanel, PANEL_IDS, type Role } from '../panels/panel-types.ts'
import type { ClassRule } from '../model/waits/class-rules.ts'
import type { ScriptPlan } from '../stream/script.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import { NO_FILTER } from './filter.ts'
import type { Bucket } from './bucket.ts'
import type { Grouping } from './grouped.ts'
import { panelWith, type Tabs } from './kept.ts'
import type { Naming } from './named.ts'
import type { KeyOverrides } from './key-names.ts'
import type { ChecklistPage } from './checklist/progress.ts'
import type { LibraryScript } from './library.ts'
import type { StacksPage } from './stacks/page.ts'
import type { Effect } from './app-types.ts'
import type { Thresholds } from './verdict/verdict.ts'

/** Where one is. The process page is about the innermost process selected. */
export type Page =
  | { is: 'overview' }
  /** `before`: what was left for it where opening it entered a selection, too; going back restores that. */
  | { is: 'panel'; panel: PanelId; before?: { page: Page; crumbs: readonly Crumb[] } }
  /** `beside`: the list it is in, which has not been left for it. */
  | { is: 'process'; scroll: number; beside?: true }
  /** What stands out; `at` is the entry one is at, `from` where it was opened. */
  | { is: 'verdict'; at: number; from: Page }
  | ChecklistPage
  | StacksPage

/** A selection entered, and where from: Esc leads back there. */
export interface Crumb {
  selection: Selection
  from: Page
  /** The tab of a panel that it turned to who. */
  turned?: { panel: PanelId; from: string; to: string }
}

/** What a tab of a panel was left as. */
export interface TabState {
  /** Absent: as they come. */
  columns?: readonly string[]
  /** By column; those that are not here are as wide as what they hold needs. */
  widths?: Readonly<Record<string, number>>
  sort?: Sort
}

export interface PanelState {
  mode: string
  /** Absent: the mode's own. */
  sort?: Sort
  /** By mode; the sort of the one that is shown is above. */
  tabs?: Readonly<Record<string, TabState>>
  /** The row selected by what it is about; `index` is where it was last seen, `line` where a click wants it on the screen. */
  selected?: { key: string; index: number; line?: number; pid?: number; startedMs?: number; comm?: string }
}

export interface ColumnMenu {
  panel: PanelId
  at: number
  order: readonly string[]
}

/** Being typed at the foot of the screen. */
export interface Line {
  text: string
  history: readonly string[]
  /** Of the history; -1: none of it. */
  at: number
}

export interface Filter {
  text: string
  editing: boolean
}

export interface Notice {
  text: string
  role: Role
}

/** What the kernel programs may take of all CPUs (0: any), and what is not decided by that. */
export interface Budget {
  limitPercent: number
  pins: Readonly<Record<string, 'full' | 'cheaper'>>
  /** The engine has to be told. */
  isChanged?: boolean
}

export interface AppState {
  page: Page
  focus: PanelId
  /** Shown on the overview. */
  panels: readonly PanelId[]
  /** Those one began with, where they are one's own. */
  begunWith?: readonly PanelId[]
  /** Of the probes that described themselves. */
  specs: readonly ProbeSpec[]
  /** Of a panel that a probe describes: once it was changed. */
  byPanel: Record<OwnPanelId, PanelState> & { readonly [panel: PanelId]: PanelState | undefined }
  /** The help page, and what is searched for in it. */
  help?: { scroll: number; filter: Filter }
  filter: Filter
  /** What all is narrowed to by the command line; stays. */
  only: readonly Selection[]
  /** What was entered since, outermost first. */
  crumbs: readonly Crumb[]
  /** What the row could be entered as, while that is being chosen. */
  choice?: { selections: readonly Selection[]; at: number }
  /** Scripts that were opened, in that order. */
  scripts: readonly ScriptPlan[]
  /** And those that can be. */
  library: () => readonly LibraryScript[]
  line?: Line
  /** What was typed in it, newest first. */
  lines: readonly string[]
  /** The palette while it is open, and what was done by it, last first. */
  palette?: { at: number; filter: Filter }
  recent?: readonly string[]
  /** The list of all panels, while one is being chosen there. */
  picker?: { at: number; filter: Filter }
  /** The columns of a panel in the order of the menu, while that is open. */
  columnMenu?: ColumnMenu
  intervalMs: number
  /** Of the verdict's rules, where they are not their own. */
  thresholds?: Thresholds
  /** One's own rules of classes of time, which go before ours. */
  classRules?: readonly ClassRule[]
  /** Of one's own, by name of what they do. */
  keys?: KeyOverrides
  /** The instant shown; absent: now. */
  instantMs?: number
  /** The instant that the one shown is compared with. */
  since?: number
  /** The cell of a heat map that was clicked: rows that cannot have been in it are left out. */
  bucket?: Bucket
  /** Rows of what only waits to be asked for something are shown, too. */
  idle?: boolean
  /** What tables of processes say of each beside its name. */
  naming?: Exclude<Naming, 'name'>
  /** Rows of processes are added up so; absent: each is one. */
  grouping?: Grouping
  /** What the probes cost is shown. */
  cost: boolean
  budget: Budget
  /** The mouse is reported here; else it is the terminal's. */
  mouse: boolean
  theme: string
  /** It is the one that suits the terminal: nobody chose it. */
  suits?: boolean
  themes: readonly string[]
  replay: boolean
  /** A recording that can be moved in as a whole, so many times as fast as it was made. */
  player?: { times: number }
  notice?: Notice
  /** Size of the screen, for moving by pages. */
  width: number
  height: number
}

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
export const selectionsOf = ({ only, crumbs }: AppState): Selection[] => {
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
