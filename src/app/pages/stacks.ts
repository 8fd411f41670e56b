// The page of stacks: trees of who waits where, of whatever is selected.
import { backInStacks } from '../stacks/leave-page.ts'
import { moveStacks } from '../stacks/move.ts'
import { reopenedStacks } from '../stacks/reopened.ts'
import { stackDrillTargets } from '../stacks/drill-targets.ts'
import type { PageKind, PageOf } from './kind.ts'

export const STACKS_PAGE: PageKind<PageOf<'stacks'>> = {
  scope: 'stacks',
  isSearch: true,
  keepsSelections: true,
  row: 'stack',
  move: (state, _, by, view) => moveStacks(state, by, view),
  back: backInStacks,
  drillTargets: (state, _, view) => stackDrillTargets(state, view),
  reopened: reopenedStacks,
}
