// The picker: all panels, and what can become one, over any page. Searched by typing; Enter opens, Space puts on the
// overview or takes away from it.
import type { View } from '../../model/view.ts'
import type { Move } from '../actions.ts'
import { full, isFull, planOfChosen, withPlan } from '../library.ts'
import type { LibraryScript, AppState } from '../state-types.ts'
import { moved } from '../moves.ts'
import { open, openScript } from '../entering/opening.ts'
import { currentPanel } from '../state.ts'
import type { PanelId } from '../../panels/panel-types.ts'
import { pickerEntries, placeOf, type PickerEntry } from './picker-entries.ts'

/** Open with the panel one is at; or closed. */
export const togglePicker = (state: AppState, view: View): AppState => {
  if (state.picker) return { ...state, picker: undefined }
  const opened: AppState = {
    ...state,
    choice: undefined,
    columnMenu: undefined,
    picker: { at: 0, filter: { text: '', editing: true } },
  }
  const at = placeOf(pickerEntries(opened, view), currentPanel(state) ?? state.focus)
  return { ...opened, picker: { ...opened.picker!, at } }
}

const PAGE = 10

export const movePicker = (state: AppState, by: Move, view: View): AppState => {
  if (!state.picker) return state
  const last = Math.max(0, pickerEntries(state, view).length - 1)
  return { ...state, picker: { ...state.picker, at: moved(state.picker.at, by, { page: PAGE, last }) } }
}

const chosen = (state: AppState, view: View): PickerEntry | undefined =>
  state.picker && pickerEntries(state, view)[state.picker.at]

export const openPicked = (state: AppState, view: View): AppState => {
  const entry = chosen(state, view)
  if (!entry) return state
  if (entry.script && isRefused(entry.script, state)) return refused(state, entry)
  const closed = { ...state, picker: undefined }
  if (entry.script) return openScript(closed, entry.script)
  const id = entry.panel!.id
  return state.page.is === 'panel' && state.page.panel === id ? closed : open(closed, id, view)
}

/** One at least stays. */
export const showPicked = (state: AppState, view: View): AppState => {
  const entry = chosen(state, view)
  if (!entry) return state
  if (entry.script)
    return isRefused(entry.script, state) ? refused(state, entry) : shownScript(state, entry.script, view)
  const { id, title } = entry.panel!
  const panels = state.panels.includes(id) ? state.panels.filter((each) => each !== id) : [...state.panels, id]
  if (panels.length === 0) return { ...state, notice: { text: 'the overview needs one panel at least', role: 'warn' } }
  return said(withPanels(state, panels), title, panels.includes(id))
}

const shownScript = (state: AppState, script: LibraryScript, view: View): AppState => {
  if (isFull(state)) return full(state)
  const plan = planOfChosen(state, script)
  const after = withPanels(withPlan(state, plan), [...state.panels, plan.id])
  const at = placeOf(pickerEntries(after, view), plan.id)
  return said({ ...after, picker: { ...after.picker!, at } }, plan.title, true)
}

const withPanels = (state: AppState, panels: readonly PanelId[]): AppState => ({
  ...state,
  panels,
  focus: panels.includes(state.focus) ? state.focus : panels[0]!,
})

const said = (state: AppState, title: string, isShown: boolean): AppState => ({
  ...state,
  notice: { text: `${title} is ${isShown ? 'on' : 'off'} the overview`, role: 'good' },
})

const isRefused = (script: LibraryScript, { replay }: AppState): boolean => replay || script.refused !== undefined

const refused = (state: AppState, { lacks }: PickerEntry): AppState => ({
  ...state,
  notice: { text: lacks ?? 'not here', role: 'warn' },
})
