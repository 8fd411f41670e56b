// What the selected row is about, and so what may be entered from it: its process first, then all else it names.
import type { Selection } from '../../model/selection.ts'
import type { Directory } from '../../model/directory.ts'
import { selectionKey } from '../../model/selection.ts'
import type { View } from '../../model/view.ts'
import type { ProcessId } from '../../panels/process-samples.ts'
import type { Row } from '../../panels/panel-types.ts'
import type { Sample } from '../../stream/stream-types.ts'
import { tableOf, type Table } from '../table/rows.ts'
import { kindOf } from '../pages/registry.ts'
import { currentPanel, isFullScreen, panelState, selectedProcess, selectionsOf } from '../state.ts'
import type { AppState } from '../state-types.ts'

/** Of the selected row, even when that is gone now, else of the first one; what Enter takes comes first. */
export const drillTargetsOf = (state: AppState, view: View): Selection[] => {
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
export const newDrillTargets = (state: AppState, view: View): Selection[] => {
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
