// The page of stacks as state: which of its views, and where one is in it. Of whom they are is the selection's matter. Frames are remembered by their
// path, not their place, so that a selection stays with its frame while weights change.
import type { Grouping } from '../../model/stack-paths.ts'
import type { StackMode } from '../../stream/stack-types.ts'
import type { StacksWant } from '../../stream/want.ts'
import type { PanelId } from '../../panels/panel-types.ts'
import type { AppState } from '../state.ts'

export const VIEWS = ['tree', 'icicle', 'flame'] as const
export type StackView = (typeof VIEWS)[number]

export const STATE_FILTERS = ['all', 'S', 'D', 'R', 'Q', 'T', 't', 'F'] as const
export type StateFilter = (typeof STATE_FILTERS)[number]

/** All that is kept since the page was opened, or the last interval alone. */
export const SPANS = ['window', 'interval'] as const

export interface StacksPage {
  is: 'stacks'
  /** Where leaving leads. The filter was another one: here it is what is searched for. */
  before: Pick<AppState, 'page' | 'crumbs' | 'filter'>
  view: StackView
  mode: StackMode
  states: StateFilter
  by: Grouping
  span: (typeof SPANS)[number]
  wakers: boolean
  inverted: boolean
  /** The kernel's way in and out and its scheduler are drawn, too. */
  plumbing: boolean
  thresholdNs: number
  /** Live: only what came after this instant. */
  sinceMs?: number
  /** Keys of nodes from the root. */
  selected?: readonly string[]
  /** Paths unfolded; absent: the heaviest path, as it is now. */
  open?: readonly string[]
  /** Runs of frames that are drawn one by one, by the path of their first. */
  runs?: readonly string[]
  /** Selected in mode `now`. */
  tid?: number
  /** The tab of a panel whose rows are stacks: they are shown here in place of those of the kernel programs. */
  source?: StackSource
}

export interface StackSource {
  panel: PanelId
  tab: string
}

export const THRESHOLDS_NS = [0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] as const
const THRESHOLD_OF_ALL_NS = 1e6

export const newPage = (
  before: StacksPage['before'],
  isNarrowed: boolean,
  sinceMs: number | undefined,
): StacksPage => ({
  is: 'stacks',
  before,
  view: 'tree',
  mode: 'offcpu',
  states: 'all',
  by: 'process',
  span: 'window',
  wakers: false,
  inverted: false,
  plumbing: false,
  thresholdNs: isNarrowed ? 0 : THRESHOLD_OF_ALL_NS,
  ...(sinceMs === undefined ? {} : { sinceMs }),
})

export const stacksWant = ({ mode, thresholdNs, wakers }: StacksPage): StacksWant => ({
  mode,
  thresholdNs,
  wakers: wakers && mode === 'offcpu',
})

export const MODE_NAMES: Record<StackMode, string> = { offcpu: 'off-CPU', oncpu: 'on-CPU', now: 'blocked now' }

/** `1 ms`. */
export const thresholdName = (ns: number): string =>
  ns >= 1e9 ? `${ns / 1e9} s` : ns >= 1e6 ? `${ns / 1e6} ms` : ns >= 1e3 ? `${ns / 1e3} us` : 'any'
