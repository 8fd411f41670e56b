// The page of stacks: trees of who waits where, of whatever is selected.
import { backInStacks } from '../stacks/leave-page.ts'
import { moveStacks } from '../stacks/move.ts'
import { reopenedStacks } from '../stacks/reopened.ts'
import { stackDrillTargets } from '../stacks/drill-targets.ts'
import type { PageOf } from '../page-types.ts'
import type { PageKind } from './kind.ts'

export const STACKS_PAGE: PageKind<PageOf<'stacks'>> = {
  about: {
    title: 'Stacks',
    question: 'Where in the code is time spent, or waited?',
    text: "Of the selected process, or of all: time off-CPU, samples on-CPU, or where each thread is blocked now (m), as a tree, icicle or flame (v). Percent and bars are of all that is shown; self is what the frame itself took. A frame ends in _k where it is the kernel's, in _j where it was compiled while running, in _i where it was inlined; a run of frames that lead one to the other is one row (…).",
  },
  scope: 'stacks',
  isSearch: true,
  keepsSelections: true,
  row: 'stack',
  move: (state, _, by, view) => moveStacks(state, by, view),
  back: backInStacks,
  drillTargets: (state, _, view) => stackDrillTargets(state, view),
  reopened: reopenedStacks,
}
