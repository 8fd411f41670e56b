// A panel on the full screen.
import { close, goBack } from '../table/leaving.ts'
import { moveRows } from '../table/moving.ts'
import { panelsIn } from '../state.ts'
import type { PageOf } from '../page-types.ts'
import type { PageKind } from './kind.ts'

export const PANEL_PAGE: PageKind<PageOf<'panel'>> = {
  move: (state, _, by, view) => moveRows(state, by, view),
  back: (state, { before }) => (before && state.filter.text === '' ? close(state) : goBack(state)),
  reopened: (state, { panel }) => {
    const found = panelsIn(state).find(({ id }) => id === panel)
    return found && { is: 'panel', panel: found.id }
  },
}
