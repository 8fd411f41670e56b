// The list of all panels, those without a key of their own included: opened over any page, moved in, chosen from.
import type { AnyPanel } from '../panels/registry.ts'
import type { Move } from './actions.ts'
import { currentPanel, panelsIn, type AppState } from './state.ts'
import type { PanelId } from './types.ts'

/** Open with the panel one is at; or closed. */
export const togglePanelList = (state: AppState): AppState => {
  if (state.panelList) return { ...state, panelList: undefined }
  const here = panelsIn(state).findIndex(({ id }) => id === (currentPanel(state) ?? state.focus))
  return { ...state, choice: undefined, panelList: { at: Math.max(0, here) } }
}

export const movePanelList = (state: AppState, by: Move): AppState => {
  const last = panelsIn(state).length - 1
  const at = state.panelList?.at ?? 0
  const to = { up: at - 1, down: at + 1, pageUp: 0, pageDown: last, first: 0, last }[by]
  return { ...state, panelList: { at: Math.min(last, Math.max(0, to)) } }
}

export const chosenPanel = (state: AppState): PanelId | undefined => panelsIn(state)[state.panelList?.at ?? -1]?.id

/** As the list has it. */
export const panelLine = ({ key, title, question }: AnyPanel): string =>
  `${(key || ' ').padEnd(1)} ${title.padEnd(16)} ${question}`
