// What the selected row is about, and so what may be entered from it; and entering it: a path along which everything shown is
// narrowed, one step a row.
import type { Directory } from '../../model/directory.ts'
import { selectionKey, selectionLabel, targetOf, type Selection } from '../../model/selection.ts'
import type { View } from '../../model/view.ts'
import { nextOfName, processFacts, type ProcessId } from '../../panels/process-samples.ts'
import type { Row } from '../../panels/panel-types.ts'
import type { Sample } from '../../stream/stream-types.ts'
import type { Move } from '../actions.ts'
import { NO_FILTER } from '../filter.ts'
import { moved } from '../moves.ts'
import type { Crumb, Page } from '../page-types.ts'
import { kindOf } from '../pages/registry.ts'
import { openSource } from '../stacks/open-source.ts'
import { currentPanel, homePage, isFullScreen, panelState, selectedProcess, selectionsOf } from '../state.ts'
import type { AppState, PanelState } from '../state-types.ts'
import { samePage } from '../table/leaving.ts'
import { tableOf, type Table } from '../table/rows.ts'
import { turned } from '../table/turning.ts'

/** What the selected row is about: its process first, then all else it names. Of the selected row, even when that is gone now, else of the first one; what Enter takes comes first. */
const drillTargetsOf = (state: AppState, view: View): Selection[] => {
  const id = currentPanel(state)
  const own = kindOf(state).drillTargets?.(state, state.page, view)
  if (own) return own.flatMap((each) => (each.is === 'process' ? withGroups(each, each.comm, view) : [each]))
  if (!id) {
    const found = selectedProcess(state)
    return found ? withGroups(found, found.comm, view) : []
  }
  const table = tableOf(state, view, id, isFullScreen(state))
  const { selected: remembered } = panelState(state, id)
  const row = remembered ? table.rows[table.selected] : table.rows[0]
  if (row) return rowDrillTargets(row, table, state, view)
  return remembered?.pid === undefined
    ? []
    : withGroups({ pid: remembered.pid, startedMs: remembered.startedMs }, remembered.comm ?? '', view)
}

/** The process of the selection. */
export const processOf = (state: AppState, view: View): { pid: number; comm: string } | undefined =>
  drillTargetsOf(state, view).find((target) => target.is === 'process')

/** What a row is about that is not selected already. */
const newDrillTargets = (state: AppState, view: View): Selection[] => {
  const entered = new Set(selectionsOf(state).map(selectionKey))
  return drillTargetsOf(state, view).filter((target) => !entered.has(selectionKey(target)))
}

const rowDrillTargets = (row: Row, { panel, columns }: Table, state: AppState, view: View): Selection[] => {
  if (row.about && row.pid === undefined) return [row.about]
  const sample = view.latest(panel.probe) as Sample | undefined
  const own = sample ? (panel.selects?.(sample.data, row, panelState(state, panel.id).mode) ?? []) : []
  // the name of a thread is not that of its process
  const name = row.about?.is === 'thread' ? '' : row.cells[columns.findIndex((column) => column.id === 'command')]
  const comm = row.comm ?? String(name ?? '')
  const groups = row.pid === undefined ? [] : withGroups({ pid: row.pid, startedMs: row.startedMs }, comm, view)
  const first = row.about ? [row.about] : []
  return [...first, ...groups.filter((each) => !first.some((one) => selectionKey(one) === selectionKey(each))), ...own]
}

/** A process, all of its name, its control group or container, all below it, its parent, all below that, and its user. */
const withGroups = ({ pid, startedMs }: ProcessId, called: string, view: View): Selection[] => {
  const directory = view.directory()
  const entry = directory.find(pid, startedMs)
  const comm = entry?.comm || called
  const parent = entry?.parent ? directory.find(entry.parent) : undefined
  return [
    processSelection({ startedMs, ...entry, pid, comm }),
    ...(comm === '' ? [] : [{ is: 'comm', comm } as const]),
    ...(entry?.container
      ? [{ is: 'cgroup', path: entry.container.group, container: entry.container.name } as const]
      : entry?.cgroup === undefined || entry.cgroup === '/'
        ? []
        : [{ is: 'cgroup', path: entry.cgroup } as const]),
    ...(hasBelow(directory, pid) ? [treeSelection({ startedMs, ...entry, pid, comm })] : []),
    ...(parent ? [processSelection(parent), treeSelection(parent)] : []),
    ...(entry?.uid === undefined
      ? []
      : [{ is: 'user', uid: entry.uid, name: entry.user ?? String(entry.uid) } as const]),
  ]
}

const processSelection = ({ pid, comm, startedMs }: ProcessId & { comm: string }): Selection => ({
  is: 'process',
  pid,
  comm,
  ...(startedMs === undefined ? {} : { startedMs }),
})

const hasBelow = (directory: Directory, pid: number): boolean => {
  for (const { parent } of directory.all()) if (parent === pid) return true
  return false
}

const treeSelection = ({ pid, comm, startedMs }: ProcessId & { comm: string }): Selection => ({
  is: 'tree',
  top: pid,
  comm,
  ...(startedMs === undefined ? {} : { topMs: startedMs }),
})

/** What the row that was selected by hand is about, as far as the kernel can tell it; without one, or where its process
 * is no more and so nowhere on the screen, all that is shown. */
export const chosenCrumb = (state: AppState, view: View): Crumb[] => {
  const id = currentPanel(state)
  const row = id ? state.byPanel[id]?.selected : undefined
  const selection =
    row && !isOver(row, view) ? drillTargetsOf(state, view).find((target) => targetOf([target])) : undefined
  const isNew = selection && !selectionsOf(state).some((each) => selectionKey(each) === selectionKey(selection))
  return isNew ? [{ selection, from: state.page }] : []
}

const isOver = ({ pid, startedMs }: NonNullable<PanelState['selected']>, view: View): boolean => {
  const directory = view.directory()
  return pid !== undefined && !directory.find(pid, startedMs) && !directory.all()[Symbol.iterator]().next().done
}

/** What the selected row is about first of all; where that is entered already, to its page. */
export const enter = (state: AppState, view: View): AppState => {
  if (state.choice) return push({ ...state, choice: undefined }, state.choice.selections[state.choice.at]!)
  const [first] = drillTargetsOf(state, view)
  const { row = 'row', keepsSelections = false } = kindOf(state)
  // a row that is nothing but a stack
  const tree = first ? undefined : openSource(state, view)
  if (tree) return tree
  if (!first) return { ...state, notice: { text: `no ${row} to enter`, role: 'warn' } }
  // What the command line narrows to has no page until it is entered; stacks need none
  const isOnly = state.only.some((selection) => selectionKey(selection) === selectionKey(first))
  const isEntered = state.crumbs.some(({ selection }) => selectionKey(selection) === selectionKey(first))
  // within a group each is looked at for itself
  const { grouping: _, ...ungrouped } = state
  if (!isEntered && !(keepsSelections && isOnly))
    return push(first.is === 'process' || first.is === 'tree' ? state : ungrouped, first)
  if (keepsSelections) return already(state, first)
  const home = homePage(state)
  return samePage(state.page, home) ? already(state, first) : { ...state, page: home }
}

/** Lets one choose between all that the row is about. */
export const choose = (state: AppState, view: View): AppState => {
  if (state.choice) return { ...state, choice: undefined }
  const selections = newDrillTargets(state, view)
  return selections.length > 0
    ? { ...state, choice: { selections, at: 0 } }
    : { ...state, notice: { text: nothingNew(state, view), role: 'warn' } }
}

const nothingNew = (state: AppState, view: View): string =>
  drillTargetsOf(state, view).length > 0
    ? 'everything is narrowed to this row already: Esc goes back'
    : `no ${kindOf(state).row ?? 'row'} to narrow to`

/** From one process to the next of its name, wherever one is within it. */
export const nextProcess = (state: AppState, view: View): AppState => {
  const at = state.crumbs.findLastIndex(({ selection }) => selection.is === 'process')
  const selection = state.crumbs[at]?.selection
  if (selection?.is !== 'process') return { ...state, notice: { text: 'enter a process first', role: 'warn' } }
  const comm = selection.comm || processFacts(view, selection, 1).comm
  const next = nextOfName(view, { ...selection, comm })
  if (!next) return { ...state, notice: { text: `no other process is called ${comm}`, role: 'warn' } }
  const crumbs = state.crumbs
    .slice(0, at + 1)
    .map((crumb, index): Crumb => (index === at ? { ...crumb, selection: { is: 'process', ...next } } : crumb))
  return { ...state, crumbs, page: { is: 'process', scroll: 0 } }
}

export const moveChoice = (state: AppState, by: Move): AppState => {
  if (!state.choice) return state
  const last = state.choice.selections.length - 1
  return { ...state, choice: { ...state.choice, at: moved(state.choice.at, by, { page: last, last }) } }
}

/** A process by its number, wherever one is. */
export const enterProcess = (state: AppState, of: { pid: number; comm: string; startedMs?: number }): AppState => {
  const from: Page = kindOf(state).keepsSelections ? { is: 'overview' } : state.page
  return push({ ...state, page: from, crumbs: [] }, processSelection(of))
}

const already = (state: AppState, selection: Selection): AppState => ({
  ...state,
  notice: { text: `this is ${selectionLabel(selection)} already; Esc goes back`, role: 'warn' },
})

/** Stacks are looked at on, with what is searched for in them. */
const push = (state: AppState, selection: Selection): AppState => {
  const crumbs = [...state.crumbs, { selection, from: state.page }]
  if (kindOf(state).keepsSelections) return { ...state, crumbs, choice: undefined }
  const entered = { ...state, crumbs, filter: NO_FILTER }
  return turned(state, { ...entered, page: homePage(entered) })
}
