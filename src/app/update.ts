// What each action does: a new state, and what only the outside can do. Pure: the store is only read.
import { narrowStore } from '../model/narrow.ts'
import type { Store } from '../model/store.ts'
import type { Action } from './actions.ts'
import { eraseFrom, filterIn, NO_FILTER, withFilterIn } from './filter.ts'
import { choose, enter, leave, moveChoice, nextProcess } from './drill.ts'
import { move } from './moving.ts'
import { chosenPanel, movePanelList, togglePanelList } from './panel-list.ts'
import { formatInterval } from './format.ts'
import { tableOf } from './rows.ts'
import { backInStacks, chosenCrumb, openStacks, stepThreshold, turn } from './stacks/act.ts'
import { fold, nextMatch, sideways } from './stacks/move.ts'
import { WAITS } from './waits.ts'
import { processOf } from './subjects.ts'
import {
  commandsBetween,
  currentPanel,
  isFullScreen,
  panelIn,
  panelsIn,
  panelState,
  selectionsOf,
  type AppState,
  type PanelState,
} from './state.ts'
import { freeze, goLive, seek, speed, step } from './time.ts'
import type { Effect, PanelId } from './types.ts'

export interface Updated {
  state: AppState
  effects: Effect[]
}

export const INTERVALS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000] as const

/** A notice stays until the next action that is somebody's doing. */
export const update = (state: AppState, action: Action, store: Store): Updated => {
  if (action.do === 'resize') return same({ ...state, width: action.width, height: action.height })
  if (action.do === 'described') return same(withSpecs(state, store))
  if (action.do === 'intervalIs') return same({ ...state, intervalMs: action.ms })
  if (action.do === 'notice') return same({ ...state, notice: { text: action.text, role: action.role ?? 'good' } })
  const { state: after, effects } = act(
    { ...state, notice: undefined },
    action,
    narrowStore(store, selectionsOf(state)),
  )
  const commands = commandsBetween(state, after).map((command) => ({ effect: 'send' as const, command }))
  const hold: Effect[] = after.cursorMs === state.cursorMs ? [] : [{ effect: 'hold', atMs: after.cursorMs }]
  return { state: after, effects: [...commands, ...hold, ...playing(state, after, action), ...effects] }
}

/** What the player of a recording is told by the difference: it stands still while an instant is shown. */
const playing = (before: AppState, after: AppState, action: Action): Effect[] => {
  if (!after.player || action.do === 'at') return []
  const times = after.player.times
  return [
    ...(before.player?.times === times ? [] : [{ effect: 'speed' as const, times }]),
    ...(before.cursorMs === undefined && after.cursorMs !== undefined ? [{ effect: 'pause' as const }] : []),
    ...(before.cursorMs !== undefined && after.cursorMs === undefined
      ? [{ effect: 'play' as const, afterMs: before.cursorMs }]
      : []),
  ]
}

const same = (state: AppState): Updated => ({ state, effects: [] })

const act = (state: AppState, action: Action, store: Store): Updated => {
  switch (action.do) {
    case 'quit':
      return { state, effects: [{ effect: 'quit' }] }
    case 'snapshot':
      return { state, effects: [{ effect: 'snapshot' }] }
    case 'export':
      return { state, effects: state.page.is === 'stacks' ? [{ effect: 'export' }] : [] }
    case 'suspend':
      return { state, effects: [{ effect: 'suspend' }] }
    case 'redraw':
      return { state, effects: [{ effect: 'redraw' }] }
    case 'theme':
      return nextTheme(state)
    case 'seek':
      return seek(state, action.by, store)
    case 'step':
      return state.player ? seek(state, { ticks: action.by }, store) : same(step(state, action.by, store))
    default:
      return same(changed(state, action, store))
  }
}

const changed = (state: AppState, action: Action, store: Store): AppState => {
  switch (action.do) {
    case 'help':
      return { ...state, help: state.help ? undefined : { scroll: 0, filter: NO_FILTER } }
    case 'open':
      return open(withoutSearch(state), action.panel, store)
    case 'openKey':
      return openKey(withoutSearch(state), action.key, store)
    case 'panels':
      return togglePanelList(state)
    case 'focusNext':
      return focusNext(state, action.step)
    case 'zoom':
      return zoom(state)
    case 'back':
      return back(state)
    case 'enter':
      return state.panelList ? openChosen(withoutSearch(state), store) : enter(state, store)
    case 'nextProcess':
      return nextProcess(state, store)
    case 'choose':
      return choose(state, store)
    case 'move':
      if (state.panelList) return movePanelList(state, action.by)
      return state.choice ? moveChoice(state, action.by) : move(state, action.by, store)
    case 'end':
      return state.cursorMs !== undefined ? goLive(state) : move(state, 'last', store)
    case 'sortColumn':
      return sortColumn(state, action.step, store)
    case 'reverse':
      return reverse(state, store)
    case 'mode':
      return nextMode(state)
    case 'filterOpen':
      return withFilterIn(state, { ...filterIn(state), editing: true })
    case 'filterType':
      return withText(state, filterIn(state).text + action.text)
    case 'filterErase':
      return withText(state, eraseFrom(filterIn(state).text, action.what))
    case 'filterKeep':
      return withFilterIn(state, { ...filterIn(state), editing: false })
    case 'filterClear':
      return withFilterIn(state, NO_FILTER)
    case 'cost':
      return { ...state, cost: !state.cost }
    case 'interval':
      return interval(state, action.step)
    case 'freeze':
      return state.cursorMs === undefined ? freeze(state, store) : goLive(state)
    case 'live':
      return goLive(state)
    case 'speed':
      return speed(state, action.step)
    case 'at':
      return { ...state, cursorMs: action.atMs }
    case 'stacks':
      return openStacks(state, store)
    case 'turn':
      return turn(state, action.what, store)
    case 'threshold':
      return stepThreshold(state, action.step, store)
    case 'sideways':
      return sideways(state, action.step, store)
    case 'fold':
      return fold(state, action.open, store)
    case 'nextMatch':
      return nextMatch(state, action.step, store)
    case 'readOnly':
      return readOnly(state, store)
    case 'refuse':
      return { ...state, notice: { text: action.reason, role: 'warn' } }
    default:
      return state
  }
}

const LONGEST_FILTER = 80

const withText = (state: AppState, text: string): AppState =>
  withFilterIn(state, { ...filterIn(state), text: [...text].slice(0, LONGEST_FILTER).join('') })

/** What was looked for in stacks is no filter of rows. */
const withoutSearch = (state: AppState): AppState =>
  state.page.is === 'stacks' ? { ...state, filter: { text: '', editing: false } } : state

/** On the full screen, and back. Threads and waits are those of a selection: of the selected row, as with stacks. */
const open = (state: AppState, panel: PanelId, store: Store): AppState => {
  if (isAt(state, panel)) return close(state)
  const entered = panel === 'threads' || panel === WAITS ? chosenCrumb(state, store) : []
  const before = entered.length > 0 ? { before: { page: state.page, crumbs: state.crumbs } } : {}
  return {
    ...state,
    crumbs: [...state.crumbs, ...entered],
    focus: state.panels.includes(panel) ? panel : state.focus,
    page: { is: 'panel', panel, ...before },
  }
}

/** A panel on the full screen goes back to all of them, or to where it was opened with a selection. */
const close = (state: AppState): AppState =>
  state.page.is === 'panel' && state.page.before
    ? { ...state, ...state.page.before }
    : { ...state, page: { is: 'overview' } }

const openKey = (state: AppState, key: string, store: Store): AppState => {
  const found = panelsIn(state).find((panel) => panel.key === key)
  return found
    ? open(state, found.id, store)
    : { ...state, notice: { text: `no panel has the key ${key}; 0 lists them all`, role: 'warn' } }
}

const isAt = ({ page }: AppState, panel: PanelId): boolean => page.is === 'panel' && page.panel === panel

const openChosen = (state: AppState, store: Store): AppState => {
  const id = chosenPanel(state)
  const closed = { ...state, panelList: undefined }
  return id === undefined || isAt(state, id) ? closed : open(closed, id, store)
}

/** What was known beforehand gives way to what the stream says. */
const withSpecs = (state: AppState, store: Store): AppState => {
  const told = store.specs()
  const specs = [
    ...state.specs.map((spec) => told.find(({ id }) => id === spec.id) ?? spec),
    ...told.filter((spec) => !state.specs.some(({ id }) => id === spec.id)),
  ]
  return specs.length === state.specs.length && specs.every((spec, index) => spec === state.specs[index])
    ? state
    : { ...state, specs }
}

const focusNext = (state: AppState, by: 1 | -1): AppState => {
  const { panels } = state
  const next = panels[(panels.indexOf(state.focus) + by + panels.length) % panels.length]!
  return { ...state, focus: next, page: isFullScreen(state) ? { is: 'panel', panel: next } : state.page }
}

const zoom = (state: AppState): AppState =>
  state.page.is === 'panel'
    ? close(state)
    : state.page.is === 'overview'
      ? { ...state, page: { is: 'panel', panel: state.focus } }
      : state

/** Out of the innermost thing; never out of the program. */
const back = (state: AppState): AppState => {
  if (state.help) return filterIn(state).text === '' ? { ...state, help: undefined } : withFilterIn(state, NO_FILTER)
  if (state.filter.editing) return { ...state, filter: { text: '', editing: false } }
  if (state.panelList) return { ...state, panelList: undefined }
  if (state.choice) return { ...state, choice: undefined }
  if (state.page.is === 'stacks') return backInStacks(state)
  if (state.filter.text !== '') return { ...state, filter: { text: '', editing: false } }
  return state.page.is === 'panel' && state.page.before ? close(state) : leave(state)
}

const withPanel = (state: AppState, id: PanelId, change: Partial<PanelState>): AppState => ({
  ...state,
  byPanel: { ...state.byPanel, [id]: { ...panelState(state, id), ...change } },
})

const sortColumn = (state: AppState, by: 1 | -1, store: Store): AppState => {
  const id = currentPanel(state)
  if (!id) return state
  const { columns, sort } = tableOf(state, store, id, isFullScreen(state))
  const at = columns.findIndex((column) => column.id === sort.column)
  const next = columns[(at + by + columns.length) % columns.length]!
  // Names are looked for from a on, numbers from the largest
  return withPanel(state, id, { sort: { column: next.id, descending: next.kind !== 'text' && next.kind !== 'id' } })
}

const reverse = (state: AppState, store: Store): AppState => {
  const id = currentPanel(state)
  if (!id) return state
  const { sort } = tableOf(state, store, id, isFullScreen(state))
  return withPanel(state, id, { sort: { column: sort.column, descending: !sort.descending } })
}

const nextMode = (state: AppState): AppState => {
  const id = currentPanel(state)
  if (!id) return state
  const { modes } = panelIn(state, id)
  const at = modes.findIndex((mode) => mode.id === panelState(state, id).mode)
  const next = modes[(at + 1) % modes.length]!
  return {
    ...withPanel(state, id, { mode: next.id, sort: undefined }),
    notice: { text: `${panelIn(state, id).title}: ${next.label}`, role: 'good' },
  }
}

const interval = (state: AppState, by: 1 | -1): AppState => {
  const next =
    by > 0 ? INTERVALS_MS.find((ms) => ms > state.intervalMs) : INTERVALS_MS.findLast((ms) => ms < state.intervalMs)
  if (next === undefined)
    return {
      ...state,
      notice: {
        text: `${formatInterval(state.intervalMs)} is the ${by > 0 ? 'longest' : 'shortest'} interval`,
        role: 'warn',
      },
    }
  return { ...state, intervalMs: next, notice: { text: `interval ${formatInterval(next)}`, role: 'good' } }
}

const nextTheme = (state: AppState): Updated => {
  const theme = state.themes[(state.themes.indexOf(state.theme) + 1) % state.themes.length] ?? state.theme
  return {
    state: { ...state, theme, notice: { text: `theme ${theme}`, role: 'good' } },
    effects: [{ effect: 'theme', name: theme }],
  }
}

const readOnly = (state: AppState, store: Store): AppState => {
  const found = processOf(state, store)
  return {
    ...state,
    notice: { text: `probetop is read-only${found ? `: kill ${found.pid}` : '; it ends no process'}`, role: 'warn' },
  }
}
