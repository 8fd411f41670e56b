// The list of all panels, those without a key of their own included: opened over any page, moved in, chosen from.
import type { AnyPanel } from '../panels/registry.ts'
import type { Move } from './actions.ts'
import { moved } from './moves.ts'
import { currentPanel, panelsIn, type AppState } from './state.ts'
import { unopened, type LibraryScript } from './library.ts'
import type { PanelId } from './types.ts'

/** Open with the panel one is at; or closed. */
export const togglePanelList = (state: AppState): AppState => {
  if (state.panelList) return { ...state, panelList: undefined }
  const here = panelsIn(state).findIndex(({ id }) => id === (currentPanel(state) ?? state.focus))
  return { ...state, choice: undefined, panelList: { at: Math.max(0, here) } }
}

const PAGE = 10

export const movePanelList = (state: AppState, by: Move): AppState => {
  const last = panelsIn(state).length + unopened(state).length - 1
  return { ...state, panelList: { at: moved(state.panelList?.at ?? 0, by, { page: PAGE, last }) } }
}

export const chosenPanel = (state: AppState): PanelId | undefined => panelsIn(state)[state.panelList?.at ?? -1]?.id

/** Of those behind the panels. */
export const chosenScript = (state: AppState): LibraryScript | undefined =>
  unopened(state)[(state.panelList?.at ?? -1) - panelsIn(state).length]

/** Panels, then scripts that become one. */
export const panelLines = (state: AppState): string[] => [
  ...panelsIn(state).map(panelLine),
  ...unopened(state).map(({ title, question }) => `+ ${title.padEnd(16)} ${question}`),
]

/** As the list has it. */
export const panelLine = ({ key, title, question }: AnyPanel): string =>
  `${(key || ' ').padEnd(1)} ${title.padEnd(16)} ${question}`
