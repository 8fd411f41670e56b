// What was entered is no longer a question: a panel that lists calls, disks or the like turns to the tab that says who, where
// that can be told, and back again on the way out.
import type { Selection } from '../../model/selection.ts'
import { limitsOf } from '../narrowing.ts'
import { currentPanel, panelIn, panelsIn, panelState } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { Crumb } from '../page-types.ts'
import { withMode } from './table-changes.ts'
import type { PanelId } from '../../panels/panel-types.ts'

const OF_WHAT: readonly Selection['is'][] = ['syscall', 'disk', 'cpu', 'peer', 'port', 'file', 'error']

/** `before` it was entered, `after`: with the selection; the last step remembers which tab it was. */
export const turned = (before: AppState, after: AppState): AppState => {
  const id = currentPanel(before)
  const crumb = after.crumbs.at(-1)
  if (!id || !crumb || !OF_WHAT.includes(crumb.selection.is)) return after
  const panel = panelIn(after, id)
  const { mode } = panelState(after, id)
  const listsProcesses = (tab: string): boolean => panel.columns(tab, true).some((column) => column.id === 'pid')
  const tellsAll = (tab: string): boolean =>
    limitsOf(withMode(after, id, tab), panel, undefined).every(({ blank, noRows }) => !blank && !noRows)
  if (listsProcesses(mode)) return after
  const who = panel.modes.find((tab) => listsProcesses(tab.id) && tellsAll(tab.id))
  if (!who) {
    const other = panelsIn(after).find(({ whoOf = [] }) => (whoOf as readonly string[]).includes(crumb.selection.is))
    return other ? toPanel(other.id, before, after) : after
  }
  const crumbs: Crumb[] = [...after.crumbs.slice(0, -1), { ...crumb, turned: { panel: id, from: mode, to: who.id } }]
  return withMode({ ...after, crumbs }, id, who.id)
}

/** Another panel, on the full screen; back leads to where it was entered. */
const toPanel = (panel: PanelId, before: AppState, after: AppState): AppState => ({
  ...after,
  page: { is: 'panel', panel, before: { page: before.page, crumbs: before.crumbs } },
})

/** Out of a step: the tab it was, unless one has chosen another since. */
export const turnedBack = (state: AppState, { turned: was }: Crumb): AppState =>
  was && panelState(state, was.panel).mode === was.to ? withMode(state, was.panel, was.from) : state
