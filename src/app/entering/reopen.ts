// A snapshot's view as a state: the page, what was selected, sorted and searched for where it was taken. It comes from a
// file, so whatever does not fit is as at the start.
import { isObject } from '../../stream/shape.ts'
import type { Selection } from '../../model/selection.ts'
import { kindNamed } from '../pages/registry.ts'
import { panelsIn, panelState } from '../state.ts'
import type { AppState, PanelState, TabState } from '../state-types.ts'

const MOST_SELECTIONS = 16
const MOST_TEXT = 200
const MOST_COLUMNS = 64

export const reopened = (state: AppState, view: unknown): AppState => {
  if (!isObject(view)) return state
  const ids = panelsIn(state).map(({ id }) => id)
  const panels = isObject(view.panels) ? view.panels : {}
  const selections = (Array.isArray(view.selections) ? view.selections : [])
    .slice(0, MOST_SELECTIONS)
    .flatMap((selection) => selectionOf(selection) ?? [])
  const before: AppState = {
    ...state,
    focus: ids.find((id) => id === view.focus && state.panels.includes(id)) ?? state.focus,
    byPanel: {
      ...state.byPanel,
      ...Object.fromEntries(ids.map((id) => [id, panelStateOf(state, id, panels[id])])),
    } as AppState['byPanel'],
    crumbs: selections.map((selection) => ({ selection, from: { is: 'overview' } })),
    filter: { text: typeof view.filter === 'string' ? view.filter.slice(0, MOST_TEXT) : '', editing: false },
  }
  const page = isObject(view.page) ? view.page : {}
  return { ...before, page: kindNamed(page.is)?.reopened?.(before, page) ?? { is: 'overview' } }
}

const panelStateOf = (state: AppState, id: string, given: unknown): PanelState => {
  const own = panelState(state, id)
  const panel = panelsIn(state).find((each) => each.id === id)
  if (!isObject(given) || !panel) return own
  const mode = panel.modes.find((each) => each.id === given.mode)?.id ?? own.mode
  const sort = isObject(given.sort) ? given.sort : {}
  const selected = isObject(given.selected) ? given.selected : {}
  const column = panel.columns(mode, true).find((each) => each.id === sort.column)
  const tabs = panel.modes.flatMap(({ id: tab }) => tabOf(tab, isObject(given.tabs) ? given.tabs[tab] : undefined))
  return {
    mode,
    ...(tabs.length > 0 ? { tabs: Object.fromEntries(tabs) } : own.tabs ? { tabs: own.tabs } : {}),
    ...(column && typeof sort.descending === 'boolean' && { sort: { column: column.id, descending: sort.descending } }),
    ...(isText(selected.key) && isNumber(selected.index) && { selected: { key: selected.key, index: selected.index } }),
  }
}

/** Its columns; what is no column is not shown anyway. */
const tabOf = (mode: string, given: unknown): [string, TabState][] => {
  const columns = isObject(given) && Array.isArray(given.columns) ? given.columns.slice(0, MOST_COLUMNS) : []
  return columns.length > 0 && columns.every(isText) ? [[mode, { columns }]] : []
}

const selectionOf = (value: unknown): Selection | undefined => {
  if (!isObject(value)) return undefined
  const { is, pid, tid, comm, path, pids, dev, name, address, port, cpu, uid, container, top } = value
  if (is === 'process' && isNumber(pid) && isText(comm)) return { is, pid, comm }
  if (is === 'thread' && isNumber(pid) && isNumber(tid) && isText(comm)) return { is, pid, tid, comm }
  if (is === 'comm' && isText(comm)) return { is, comm }
  if (is === 'cgroup' && isText(path)) return { is, path, ...(isText(container) ? { container } : {}) }
  if (is === 'user' && isNumber(uid) && isText(name)) return { is, uid, name }
  if (is === 'tree' && isNumber(top) && isText(comm)) return { is, top, comm }
  if (is === 'pids' && Array.isArray(pids) && pids.every(isNumber)) return { is, pids }
  if (is === 'disk' && isText(dev) && isText(name)) return { is, dev, name }
  if (is === 'peer' && isText(address)) return { is, address }
  if (is === 'port' && isNumber(port)) return { is, port }
  if ((is === 'syscall' || is === 'error') && isText(name)) return { is, name }
  if (is === 'file' && isText(path)) return { is, path }
  if (is === 'cpu' && isNumber(cpu)) return { is, cpu }
  return undefined
}

const isNumber = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 4096
