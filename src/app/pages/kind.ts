// What a kind of page is, beside how it is drawn (draw/pages.ts) and what it needs of the engine (probes/needs.ts): its keys, how
// one moves in it, what Enter and Esc do. What a kind does not say is as on the overview.
import type { Selection } from '../../model/selection.ts'
import type { View } from '../../model/view.ts'
import type { Move } from '../actions.ts'
import type { Scope } from '../key-entry.ts'
import type { AppState } from '../state-types.ts'
import type { Page } from '../page-types.ts'

/** Functions are given the state and its page, which is of this kind. */
export interface PageKind<P extends Page = Page> {
  /** Keys that hold here before all others. */
  scope?: Scope
  /** What `f` looks for is found, and hides nothing. */
  isSearch?: true
  /** Whoever is entered here is looked at here, and nothing leads back to this page. */
  keepsSelections?: true
  /** What stands out is the page itself, and has no line above it. */
  saysVerdict?: true
  /** What one enters here, in words. */
  row?: string
  /** What Enter does, in a word or two, where it does not narrow. */
  enterLabel?(page: P): string
  /** At the head of the help page. */
  about?: { title: string; question: string; text: string }
  move(state: AppState, page: P, by: Move, view: View): AppState
  enter?(state: AppState, page: P, view: View): AppState
  /** Absent: the filter away, then out of the innermost selection. */
  back?(state: AppState, page: P): AppState
  /** What may be entered; absent: what the selected row of its panel is about, or the process that is selected. */
  drillTargets?(state: AppState, page: P, view: View): Selection[]
  /** An instant of the stream has come. */
  pass?(state: AppState, page: P, atMs: number, view: View): AppState
  /** Of snapshots: what is known here alone. */
  snapshot?(page: P): Readonly<Record<string, unknown>>
  /** The page as a snapshot has it, hostile as any file; absent where it cannot be opened again. */
  reopened?(state: AppState, fields: Readonly<Record<string, unknown>>): Page | undefined
}
