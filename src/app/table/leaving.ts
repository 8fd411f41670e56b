// Out of what is shown: the filter first, then the page, then the innermost selection; never out of the program.
import { NO_FILTER } from '../filter.ts'
import { turnedBack } from './turning.ts'
import { homePage } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { Page } from '../page-types.ts'

export const goBack = (state: AppState): AppState =>
  state.filter.text !== '' ? { ...state, filter: NO_FILTER } : leave(state)

/** To the page of the innermost selection, and from there out of it. */
const leave = (state: AppState): AppState => {
  const crumb = state.crumbs.at(-1)
  if (!crumb) return { ...state, page: { is: 'overview' } }
  const home = homePage(state)
  return samePage(state.page, home)
    ? turnedBack({ ...state, crumbs: state.crumbs.slice(0, -1), page: crumb.from }, crumb)
    : { ...state, page: home }
}

/** Out of all but the first steps of the way, to the page that the last of these is at home on. */
export const leaveTo = (state: AppState, steps: number): AppState => {
  const kept: AppState = { ...state, crumbs: state.crumbs.slice(0, steps) }
  const back = state.crumbs.slice(steps).reduceRight<AppState>(turnedBack, kept)
  return { ...back, page: homePage(back) }
}

/** A panel on the full screen goes back to all of them, or to where it was opened with a selection. */
export const close = (state: AppState): AppState =>
  state.page.is === 'panel' && state.page.before
    ? { ...state, ...state.page.before }
    : { ...state, page: { is: 'overview' } }

export const samePage = (a: Page, b: Page): boolean =>
  a.is === b.is && (a.is !== 'panel' || b.is !== 'panel' || a.panel === b.panel)
