// Panels on the full screen, and back to all of them; which one has the focus; the page of stacks.
import type { View } from '../../model/view.ts'
import { NO_FILTER } from '../filter.ts'
import { wantedTarget } from '../probes/wanted.ts'
import { planOfChosen, withScript } from '../library.ts'
import type { LibraryScript, AppState } from '../state-types.ts'
import { close } from '../table/leaving.ts'
import { leaveStacks } from '../stacks/leave-page.ts'
import { openSource } from '../stacks/open-source.ts'
import { newPage } from '../stacks/page.ts'
import { chosenCrumb } from './drill.ts'
import { isFullScreen, panelIn, panelsIn, stacksPageOf } from '../state.ts'
import type { PanelId } from '../../panels/panel-types.ts'

/** On the full screen, and back. Threads and waits are those of a selection: of the selected row, as with stacks. */
export const open = (state: AppState, panel: PanelId, view: View): AppState => {
  if (isAt(state, panel)) return close(state)
  const entered = panelIn(state, panel).ofSelection ? chosenCrumb(state, view) : []
  const before = entered.length > 0 ? { before: { page: state.page, crumbs: state.crumbs } } : {}
  return {
    ...state,
    crumbs: [...state.crumbs, ...entered],
    focus: state.panels.includes(panel) ? panel : state.focus,
    page: { is: 'panel', panel, ...before },
  }
}

export const openKey = (state: AppState, key: string, view: View): AppState => {
  const found = panelsIn(state).find((panel) => panel.key === key)
  return found
    ? open(state, found.id, view)
    : { ...state, notice: { text: `no panel has the key ${key}; 0 lists them all`, role: 'warn' } }
}

const isAt = ({ page }: AppState, panel: PanelId): boolean => page.is === 'panel' && page.panel === panel

/** Frozen or in a recording everything kept counts; live, what comes from now on. */
export const openStacks = (state: AppState, view: View): AppState => {
  if (state.page.is === 'stacks') return leaveStacks(state, state.page)
  const source = openSource(state, view)
  if (source) return source
  const { page, filter } = state
  const crumbs = [...state.crumbs, ...chosenCrumb(state, view)]
  const isNarrowed = wantedTarget({ ...state, crumbs }) !== undefined
  const sinceMs = state.replay || state.instantMs !== undefined ? undefined : view.store.ticks().at(-1)
  const before = { page, filter, crumbs: state.crumbs }
  const entered = stacksPageOf(state)
  return {
    ...state,
    crumbs,
    filter: NO_FILTER,
    page: entered ? { ...entered, before } : newPage(before, isNarrowed, sinceMs),
  }
}

/** A script or tool becomes a panel. */
export const openScript = (state: AppState, script: LibraryScript | undefined): AppState =>
  script === undefined
    ? state
    : script.refused === undefined
      ? withScript(state, planOfChosen(state, script))
      : { ...state, notice: { text: `it is not run: ${script.refused}`, role: 'warn' } }

export const focusNext = (state: AppState, by: 1 | -1): AppState => {
  const { panels } = state
  const next = panels[(panels.indexOf(state.focus) + by + panels.length) % panels.length]!
  return { ...state, focus: next, page: isFullScreen(state) ? { is: 'panel', panel: next } : state.page }
}

export const zoom = (state: AppState): AppState =>
  state.page.is === 'panel'
    ? close(state)
    : state.page.is === 'overview'
      ? { ...state, page: { is: 'panel', panel: state.focus } }
      : state
