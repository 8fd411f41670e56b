// Out of the page of stacks, to where it was opened.
import { NO_FILTER } from '../filter.ts'
import type { AppState } from '../state-types.ts'
import type { StacksPage } from '../page-types.ts'

export const leaveStacks = (state: AppState, { before }: StacksPage): AppState => ({ ...state, ...before })

/** Out of what was entered here, then out of the search, then out of the page. */
export const backInStacks = (state: AppState, page: StacksPage): AppState => {
  const { crumbs } = state
  if (crumbs.length > page.before.crumbs.length && crumbs.at(-1)?.from.is === 'stacks')
    return { ...state, crumbs: crumbs.slice(0, -1) }
  return state.filter.text !== '' ? { ...state, filter: NO_FILTER } : leaveStacks(state, page)
}
