// All the screen remembers, as plain data: what it is. How it begins and what is read of it are in state.ts.
import type { Selection } from '../model/selection.ts'
import type { ClassRule } from '../model/waits/class-rules.ts'
import type { OwnPanelId, PanelId, Role, Sort } from '../panels/panel-types.ts'
import type { ScriptPlan } from '../stream/script.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import type { Budget as WantedBudget } from '../stream/want.ts'
import type { Grouping } from './grouped.ts'
import type { Naming } from './named.ts'
import type { Crumb, Filter, Page } from './page-types.ts'
import type { Thresholds } from './rule.ts'

/** By panel, then by mode. */
export type Tabs = Readonly<Record<PanelId, Readonly<Record<string, TabState>>>>

/** By name of what they do. */
export type KeyOverrides = Readonly<Record<string, readonly string[]>>

/** A script that is not opened yet, in the list of panels. */
export interface LibraryScript {
  name: string
  title: string
  question: string
  text: string
  area?: string
  hooks: readonly string[]
  howToRead: string
  /** Why it cannot run here, as far as that can be seen beforehand. */
  lacks?: string
  /** Why it is not run at all; what is in it is not known then. */
  refused?: string
  /** It is the tool of bcc of this name. */
  tool?: string
}

/** A cell of a heat map that was clicked: from, and below. */
export interface Bucket {
  panel: PanelId
  atMs: number
  fromNs: number
  toNs: number
  count: number
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

export interface Notice {
  text: string
  role: Role
}

/** What the probes may take of all CPUs (0: any), and what is not decided by that. */
export interface Budget extends WantedBudget {
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
