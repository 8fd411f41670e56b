// All the screen remembers, as plain data: changed only by update(), never by drawing. What can be derived (rows, what
// the engine should be doing) is not kept here.
import { OVERVIEW, panelById } from '../panels/registry.ts'
import type { PanelId, Sort } from '../panels/types.ts'
import type { Command, ProbeId } from '../stream/types.ts'
import { PANEL_IDS, type Role } from './types.ts'

/** Where one is; Esc goes back along `from`. */
export type Page =
  | { is: 'overview' }
  | { is: 'panel'; panel: PanelId }
  | { is: 'process'; pid: number; comm: string; from: Page; scroll: number }

export interface PanelState {
  mode: string
  /** Absent: the mode's own. */
  sort?: Sort
  /** The row selected by what it is about; `index` is where it was last seen. */
  selected?: { key: string; index: number; pid?: number; comm?: string }
}

export interface Filter {
  text: string
  editing: boolean
}

export interface Notice {
  text: string
  role: Role
}

export interface AppState {
  page: Page
  focus: PanelId
  /** Shown on the overview. */
  panels: readonly PanelId[]
  byPanel: Record<PanelId, PanelState>
  help?: { scroll: number }
  filter: Filter
  /** Only these processes, as asked for on the command line; empty: all. */
  pids: readonly number[]
  intervalMs: number
  /** The instant shown; absent: now. */
  cursorMs?: number
  theme: string
  themes: readonly string[]
  replay: boolean
  notice?: Notice
  /** Size of the screen, for moving by pages. */
  width: number
  height: number
}

export interface InitialOptions {
  /** Panels of the overview; absent: the five that are always on. */
  panels?: readonly PanelId[]
  pids?: readonly number[]
  theme?: string
  /** Names the theme key goes through. */
  themes?: readonly string[]
  intervalMs?: number
  replay?: boolean
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
    byPanel: Object.fromEntries(PANEL_IDS.map(id => [id, { mode: panelById(id).modes[0]!.id }])) as Record<PanelId, PanelState>,
    filter: { text: '', editing: false },
    pids: options.pids ?? [],
    intervalMs: options.intervalMs ?? 1000,
    theme: options.theme ?? themes[0] ?? 'dark',
    themes,
    replay: options.replay ?? false,
    width: options.width ?? 80,
    height: options.height ?? 24,
  }
}

/** The panel keys act on, if the page has one. */
export const currentPanel = (state: AppState): PanelId | undefined =>
  state.page.is === 'overview' ? state.focus : state.page.is === 'panel' ? state.page.panel : undefined

export const isFullScreen = (state: AppState): boolean => state.page.is === 'panel'

export const isFrozen = (state: AppState): boolean => state.cursorMs !== undefined

/** Detail costs something on every system call: on only while it is looked at. */
export const wantsDetail = (state: AppState): boolean =>
  state.page.is === 'process' || (state.page.is === 'panel' && state.page.panel === 'syscalls')

/** The process whose own histograms are wanted: the one drilled into, or the only one asked for. */
export const wantedTarget = (state: AppState): number | undefined =>
  state.page.is === 'process' ? state.page.pid : state.pids.length === 1 ? state.pids[0] : undefined

/** The overview's probes, and that of the panel on screen. */
export const wantedProbes = (state: AppState): ProbeId[] => {
  const shown = state.page.is === 'panel' ? [...state.panels, state.page.panel] : state.panels
  // The process page shows all five
  const panels = state.page.is === 'process' ? [...shown, ...OVERVIEW] : shown
  return [...new Set(panels.map(id => panelById(id).probe))]
}

/** What the engine must be told so that it does what the screen shows: at its start, and after each restart. */
export const wantedCommands = (state: AppState): Command[] => state.replay ? [] : [
  { cmd: 'interval', ms: state.intervalMs },
  { cmd: 'probes', on: wantedProbes(state) },
  { cmd: 'detail', on: wantsDetail(state) },
  target(wantedTarget(state)),
]

/** The difference between what two states want of the engine. */
export const commandsBetween = (before: AppState, after: AppState): Command[] => {
  const told = wantedCommands(before).map(command => JSON.stringify(command))
  return wantedCommands(after).filter((command, index) => JSON.stringify(command) !== told[index])
}

const target = (pid: number | undefined): Command => 
  pid === undefined ? { cmd: 'target' } : { cmd: 'target', target: { is: 'process', pid } }
