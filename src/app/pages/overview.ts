// The overview: all panels at once, one of them with the focus.
import { moveRows } from '../table/moving.ts'
import type { PageOf } from '../page-types.ts'
import type { PageKind } from './kind.ts'

export const OVERVIEW_PAGE: PageKind<PageOf<'overview'>> = {
  move: (state, _, by, view) => moveRows(state, by, view),
  reopened: () => ({ is: 'overview' }),
}
