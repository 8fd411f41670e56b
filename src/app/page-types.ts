// Where one is on the screen, and the way there: what each kind of page remembers. It is plain data, and knows nothing of what a
// page does.
import type { Selection } from '../model/selection.ts'
import type { Grouping } from '../model/stack-paths.ts'
import type { PanelId } from '../panels/panel-types.ts'
import type { StackMode } from '../stream/stack-types.ts'
import type { Run } from './checklist-types.ts'
import type { SPANS, StackSource, StackView, StateFilter } from './stack-choices.ts'

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

export type PageOf<K extends Page['is']> = Extract<Page, { is: K }>

/** A selection entered, and where from: Esc leads back there. */
export interface Crumb {
  selection: Selection
  from: Page
  /** The tab of a panel that it turned to who. */
  turned?: { panel: PanelId; from: string; to: string }
}

export interface Filter {
  text: string
  editing: boolean
}

export interface ChecklistPage {
  is: 'checklist'
  /** The entry one is at: of the lists to choose from, or of the results. */
  at: number
  from: Page
  run?: Run
}

/** Of whom the stacks are is the selection's matter. Frames are remembered by their path, not their place, so that a selection stays
 * with its frame while weights change. */
export interface StacksPage {
  is: 'stacks'
  /** Where leaving leads. The filter was another one: here it is what is searched for. */
  before: { page: Page; crumbs: readonly Crumb[]; filter: Filter }
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
