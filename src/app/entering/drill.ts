// Entering a selection and leaving it: a path along which everything shown is narrowed, one step a row.
import { selectionKey, selectionLabel, type Selection } from '../../model/selection.ts'
import type { View } from '../../model/view.ts'
import type { Move } from '../actions.ts'
import { moved } from '../moves.ts'
import { nextOfName, processFacts } from '../../panels/process-samples.ts'
import { NO_FILTER } from '../filter.ts'
import { samePage } from '../table/leaving.ts'
import { kindOf } from '../pages/registry.ts'
import { openSource } from '../stacks/open-source.ts'
import { homePage } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { Crumb, Page } from '../page-types.ts'
import { turned } from '../table/turning.ts'
import { newDrillTargets, drillTargetsOf } from './drill-targets.ts'

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
  const { pid, comm, startedMs } = of
  const selection: Selection = { is: 'process', pid, comm, ...(startedMs === undefined ? {} : { startedMs }) }
  const from: Page = kindOf(state).keepsSelections ? { is: 'overview' } : state.page
  return push({ ...state, page: from, crumbs: [] }, selection)
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
