// What each action does: a new state, and what only the outside can do. Pure: the store is only read.
import type { Store } from '../model/store.ts'
import type { View } from '../model/view.ts'
import type { Action, Move } from './actions.ts'
import { nextBudget, nextPin } from './budget.ts'
import { filterIn, NO_FILTER, withFilterIn } from './filter.ts'
import { toggleCompare } from './compare.ts'
import { choose, enter, enterProcess, moveChoice, nextProcess, processOf } from './entering/drill.ts'
import { settingsOf } from './kept.ts'
import { layoutNamed, nextLayout } from './layouts.ts'
import { completeHook } from './hooks.ts'
import { actInLine, openLine, typeInLine } from './one-liner.ts'
import { isPointed, pointed } from './table/mouse.ts'
import { chosenIn, completeName, movePalette, togglePalette } from './keys/palette-items.ts'
import { unopened } from './library.ts'
import { goBack } from './table/leaving.ts'
import { kindOf } from './pages/registry.ts'
import { focusNext, open, openKey, openScript, openStacks, zoom } from './entering/opening.ts'
import { changeColumn, moveColumnMenu, takeColumn, toggleColumnMenu } from './table/column-menu.ts'
import { movePicker, openPicked, showPicked, togglePicker } from './picker/picker-actions.ts'
import { stepThreshold, turn } from './stacks/page-actions.ts'
import { fold, nextMatch, sideways } from './stacks/move.ts'
import { layoutOf } from './layout.ts'
import { helpLines } from './keys/help.ts'
import { lastScroll, pageLines } from './lines.ts'
import { moved } from './moves.ts'
import { selectionsOf, viewIn, type Updated } from './state.ts'
import type { AppState } from './state-types.ts'
import { commandsBetween } from './probes/wanted.ts'
import { nextTheme, stepInterval, toggleMouse, toSuiting, toTheme } from './settings.ts'
import { nextMode, regrouped, renamed, reverse, sortColumn } from './table/table-changes.ts'
import { freeze, goLive, seek, speed, step } from './time.ts'
import { toggleChecklist } from './checklist/progress.ts'
import type { Effect } from './app-types.ts'
import { eraseLine, eraseText, typeText, withoutSearch } from './typing.ts'
import { toWorst } from './worst.ts'
import { toggleVerdict } from './verdict/page.ts'

/** A notice stays until the next action that is somebody's doing. */
export const update = (state: AppState, action: Action, store: Store): Updated => {
  if (action.do === 'resize') return same({ ...state, width: action.width, height: action.height })
  if (action.do === 'described') return same(withSpecs(state, store))
  if (action.do === 'passed') return passed(state, action.atMs, viewIn(state, store).whole)
  if (action.do === 'intervalIs') return same({ ...state, intervalMs: action.ms })
  if (action.do === 'notice') return same({ ...state, notice: { text: action.text, role: action.role ?? 'good' } })
  const { state: after, effects } = act({ ...state, notice: undefined }, action, viewIn(state, store))
  const hold: Effect[] =
    after.instantMs === state.instantMs && after.since === state.since
      ? []
      : [{ effect: 'hold', instants: [after.instantMs, after.since].filter((atMs) => atMs !== undefined) }]
  return { state: after, effects: [...sends(state, after), ...hold, ...playing(state, after, action), ...effects] }
}

/** What the player of a recording is told by the difference: it stands still while an instant is shown. */
const playing = (before: AppState, after: AppState, action: Action): Effect[] => {
  if (!after.player || action.do === 'at') return []
  const times = after.player.times
  return [
    ...(before.player?.times === times ? [] : [{ effect: 'speed' as const, times }]),
    ...(before.instantMs === undefined && after.instantMs !== undefined ? [{ effect: 'pause' as const }] : []),
    ...(before.instantMs !== undefined && after.instantMs === undefined
      ? [{ effect: 'play' as const, afterMs: before.instantMs }]
      : []),
  ]
}

/** What is being said stays. */
const passed = (state: AppState, atMs: number, view: View): Updated => {
  const after = kindOf(state).pass?.(state, state.page, atMs, view) ?? state
  return { state: after, effects: sends(state, after) }
}

const sends = (before: AppState, after: AppState): Effect[] =>
  commandsBetween(before, after).map((command) => ({ effect: 'send', command }))

const same = (state: AppState): Updated => ({ state, effects: [] })

const act = (state: AppState, action: Action, view: View): Updated => {
  if (isPointed(action)) {
    const [after, then] = pointed(state, action, view)
    return then ? act(after, then, view.through(selectionsOf(after)).at(after.instantMs)) : same(after)
  }
  switch (action.do) {
    case 'quit':
      return { state, effects: [{ effect: 'quit' }] }
    case 'snapshot':
      return { state, effects: [{ effect: 'snapshot' }] }
    case 'export':
      return { state, effects: state.page.is === 'stacks' ? [{ effect: 'export' }] : [] }
    case 'keepSettings':
      return { state, effects: [{ effect: 'keepSettings', settings: settingsOf(state) }] }
    case 'suspend':
      return { state, effects: [{ effect: 'suspend' }] }
    case 'redraw':
      return { state, effects: [{ effect: 'redraw' }] }
    case 'theme':
      return nextTheme(state)
    case 'mouse':
      return toggleMouse(state)
    case 'suits':
      return toSuiting(state, action.theme)
    case 'themeIs':
      return toTheme(state, action.name)
    case 'enter': {
      if (!state.palette) return same(changed(state, action, view))
      const chosen = chosenIn(state, view)
      return chosen ? act(chosen.state, chosen.action, view) : same(state)
    }
    case 'line':
      return actOnLine(state, action, view)
    case 'seek':
      return seek(state, action.by, view)
    case 'step':
      return state.player ? seek(state, { ticks: action.by }, view) : same(step(state, action.by, view))
    default:
      return same(changed(state, action, view))
  }
}

const changed = (state: AppState, action: Action, view: View): AppState => {
  switch (action.do) {
    case 'help':
      return { ...state, help: state.help ? undefined : { scroll: 0, filter: NO_FILTER } }
    case 'open':
      return open(withoutSearch(state), action.panel, view)
    case 'openKey':
      return openKey(withoutSearch(state), action.key, view)
    case 'openUnopened':
      return openScript(withoutSearch(state), unopened(state)[action.at])
    case 'panels':
      return togglePicker(state, view)
    case 'onOverview':
      return showPicked(state, view)
    case 'layout':
      return nextLayout(withoutSearch(state))
    case 'layoutIs':
      return layoutNamed(withoutSearch(state), action.name)
    case 'columns':
      return toggleColumnMenu(state, view)
    case 'column':
      return changeColumn(state, action.what, view)
    case 'verdict':
      return toggleVerdict(withoutSearch(state))
    case 'checklist':
      return toggleChecklist(withoutSearch(state))
    case 'palette':
      return togglePalette(state)
    case 'enterProcess':
      return enterProcess(withoutSearch(state), action)
    case 'focusNext':
      return focusNext(state, action.step)
    case 'zoom':
      return zoom(state)
    case 'back':
      return back(state)
    case 'enter':
      if (state.columnMenu) return takeColumn(state, state.columnMenu, view)
      if (state.picker) return openPicked(withoutSearch(state), view)
      return (state.choice ? undefined : kindOf(state).enter?.(state, state.page, view)) ?? enter(state, view)
    case 'nextProcess':
      return nextProcess(state, view)
    case 'choose':
      return choose(state, view)
    case 'move':
      if (state.palette) return movePalette(state, action.by, view)
      if (state.help) return move(state, action.by, view)
      if (state.columnMenu) return moveColumnMenu(state, state.columnMenu, action.by)
      if (state.picker) return movePicker(state, action.by, view)
      if (state.choice) return moveChoice(state, action.by)
      return move(state, action.by, view)
    case 'end':
      return state.instantMs !== undefined ? goLive(state) : move(state, 'last', view)
    case 'sortColumn':
      return sortColumn(state, action.step, view)
    case 'reverse':
      return reverse(state, view)
    case 'idle':
      return { ...state, idle: !state.idle }
    case 'naming':
      return renamed(state)
    case 'group':
      return regrouped(state)
    case 'mode':
      return nextMode(state, view)
    case 'lineType':
      return typeInLine(state, action.text)
    case 'lineErase':
      return eraseLine(state, action.what)
    case 'completeName':
      return completeName(state, view)
    case 'filterOpen':
      return withFilterIn(state, { ...filterIn(state), editing: true })
    case 'filterType':
      return typeText(state, action.text)
    case 'filterErase':
      return eraseText(state, action.what)
    case 'filterKeep':
      return withFilterIn(state, { ...filterIn(state), editing: false })
    case 'filterClear':
      return withFilterIn(state, NO_FILTER)
    case 'cost':
      return { ...state, cost: !state.cost }
    case 'budget':
      return nextBudget(state)
    case 'pin':
      return nextPin(state)
    case 'interval':
      return stepInterval(state, action.step)
    case 'freeze':
      return state.instantMs === undefined ? freeze(state, view) : goLive(state)
    case 'live':
      return goLive(state)
    case 'worst':
      return toWorst(state, view)
    case 'compare':
      return toggleCompare(state, view)
    case 'speed':
      return speed(state, action.step)
    case 'at':
      return { ...state, instantMs: action.atMs }
    case 'stacks':
      return openStacks(state, view)
    case 'turn':
      return turn(state, action.what, view)
    case 'threshold':
      return stepThreshold(state, action.step, view)
    case 'sideways':
      return sideways(state, action.step, view)
    case 'fold':
      return fold(state, action.open, view)
    case 'nextMatch':
      return nextMatch(state, action.step, view)
    case 'readOnly':
      return readOnly(state, view)
    case 'refuse':
      return { ...state, notice: { text: action.reason, role: 'warn' } }
    default:
      return state
  }
}

const move = (state: AppState, by: Move, view: View): AppState =>
  state.help ? moveHelp(state, state.help, by, view) : kindOf(state).move(state, state.page, by, view)

const moveHelp = (state: AppState, help: NonNullable<AppState['help']>, by: Move, view: View): AppState => {
  const { body } = layoutOf(state.width, state.height, state.replay)
  const last = lastScroll(helpLines(state, view, state.width - 4).length, body.height)
  return { ...state, help: { ...help, scroll: moved(help.scroll, by, { page: pageLines(body.height), last }) } }
}

const actOnLine = (state: AppState, { what }: Action & { do: 'line' }, view: View): Updated => {
  if (what === 'open') return same(openLine(withoutSearch(state)))
  return what === 'complete' ? same(completeHook(state, view)) : actInLine(state, what)
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

/** Out of the innermost thing; never out of the program. */
const back = (state: AppState): AppState => {
  if (state.help) return filterIn(state).text === '' ? { ...state, help: undefined } : withFilterIn(state, NO_FILTER)
  if (state.filter.editing) return { ...state, filter: NO_FILTER }
  if (state.picker) return { ...state, picker: undefined }
  if (state.columnMenu) return { ...state, columnMenu: undefined }
  if (state.choice) return { ...state, choice: undefined }
  if (state.bucket && state.bucket.atMs === state.instantMs) return { ...state, bucket: undefined }
  return kindOf(state).back?.(state, state.page) ?? goBack(state)
}

const readOnly = (state: AppState, view: View): AppState => {
  const found = processOf(state, view)
  return {
    ...state,
    notice: { text: `probetop is read-only${found ? `: kill ${found.pid}` : '; it ends no process'}`, role: 'warn' },
  }
}
