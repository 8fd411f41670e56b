// The overview: all panels at once, one of them with the focus.
import { moveRows } from '../moving.ts'
import type { PageKind, PageOf } from './kind.ts'

export const OVERVIEW_PAGE: PageKind<PageOf<'overview'>> = {
  move: (state, _, by, view) => moveRows(state, by, view),
  reopened: () => ({ is: 'overview' }),
}
