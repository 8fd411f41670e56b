// What of the page of stacks can be switched, and what else it can be of.
import type { PanelId } from '../panels/panel-types.ts'

export const VIEWS = ['tree', 'icicle', 'flame'] as const
export type StackView = (typeof VIEWS)[number]

export const STATE_FILTERS = ['all', 'S', 'D', 'R', 'Q', 'T', 't', 'F'] as const
export type StateFilter = (typeof STATE_FILTERS)[number]

/** All that is kept since the page was opened, or the last interval alone. */
export const SPANS = ['window', 'interval'] as const

export interface StackSource {
  panel: PanelId
  tab: string
}
