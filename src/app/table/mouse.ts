// What the mouse does: places of a frame are known by what a click there means; a second click on a row enters it, a cell
// of a heat map shows who can have been in it, a line of time goes to that instant.
import type { View } from '../../model/view.ts'
import { POINTED, type Action, type Pointed } from '../actions.ts'
import { CHANGE } from '../compare.ts'
import { bucketText, inBucket } from '../bucket.ts'
import type { Bucket, AppState } from '../state-types.ts'
import type { PanelId } from '../../panels/panel-types.ts'
import { leaveTo } from './leaving.ts'
import { selectRow } from './moving.ts'
import { tableOf } from './rows.ts'
import { isFullScreen, panelState } from '../state.ts'
import { sortedBy, withMode, withPanel } from './table-changes.ts'
import { stepsTo } from '../time.ts'

/** Only on the overview there is more than one to choose from. */
const focusOn = (state: AppState, panel: PanelId): AppState =>
  state.page.is === 'overview' && state.panels.includes(panel) ? { ...state, focus: panel } : state

/** True where that row is selected already: a click on it goes in. */
const isPicked = (state: AppState, panel: PanelId, key: string): boolean =>
  panelState(state, panel).selected?.key === key && (state.page.is !== 'overview' || state.focus === panel)

const pick = (state: AppState, { panel, key, line }: Extract<Pointed, { do: 'pick' }>, view: View): AppState => {
  const focused = focusOn(state, panel)
  const index = tableOf(focused, view, panel, isFullScreen(focused)).rows.findIndex((row) => row.key === key)
  return index < 0 ? focused : selectRow(focused, panel, index, view, line)
}

const sortBy = (state: AppState, panel: PanelId, column: string, view: View): AppState => {
  const focused = focusOn(state, panel)
  const { columns, sort } = tableOf(focused, view, panel, isFullScreen(focused))
  const found = columns.find(({ id }) => id === (column === CHANGE ? sort.column : column))
  return found ? withPanel(focused, panel, { sort: sortedBy(found, sort) }) : focused
}

/** In whatever list lies over the page. */
const chooseAt = (state: AppState, at: number): AppState =>
  state.palette
    ? { ...state, palette: { ...state.palette, at } }
    : state.columnMenu
      ? { ...state, columnMenu: { ...state.columnMenu, at } }
      : state.picker
        ? { ...state, picker: { ...state.picker, at } }
        : state.choice
          ? { ...state, choice: { ...state.choice, at } }
          : state

export const isPointed = (action: Action): action is Pointed => (POINTED as readonly string[]).includes(action.do)

/** The state after it, and what is to be done then as a key would do it. */
export const pointed = (state: AppState, action: Pointed, view: View): readonly [AppState, Action?] => {
  switch (action.do) {
    case 'focus':
      return [focusOn(state, action.panel)]
    case 'sortBy':
      return [sortBy(state, action.panel, action.column, view)]
    case 'chooseAt':
      return [chooseAt(state, action.at), { do: 'enter' }]
    case 'pick':
      return isPicked(state, action.panel, action.key) ? [state, { do: 'enter' }] : [pick(state, action, view)]
    case 'modeIs':
      return [withMode(focusOn(state, action.panel), action.panel, action.mode)]
    case 'leaveTo':
      return [leaveTo(state, action.steps)]
    case 'finding':
      return [
        {
          ...state,
          page: { is: 'verdict', at: action.at, from: state.page.is === 'verdict' ? state.page.from : state.page },
        },
        { do: 'enter' },
      ]
    case 'toTime':
      return toTime(state, action.atMs, view)
    case 'bucket':
      return toBucket(focusOn(state, action.bucket.panel), action.bucket, view)
  }
}

/** As the keys for one interval back or forward do it; there already: it stands still. */
const toTime = (state: AppState, atMs: number, view: View): readonly [AppState, Action?] => {
  const steps = stepsTo(state, atMs, view)
  if (steps === undefined) return [state]
  return steps === 0 && state.instantMs === undefined
    ? [state, { do: 'freeze' }]
    : steps === 0
      ? [state]
      : [state, { do: 'step', by: steps }]
}

const toBucket = (state: AppState, bucket: Bucket, view: View): readonly [AppState, Action?] => {
  const { columns, rows } = tableOf(state, view, bucket.panel, isFullScreen(state))
  const tells = inBucket(bucket, columns, rows) !== undefined
  // those that are in it stand first, wherever one was
  const unscrolled = withPanel(state, bucket.panel, { selected: undefined })
  const [after, then] = toTime(unscrolled, bucket.atMs, view)
  return [{ ...after, bucket, notice: { text: bucketText(bucket, tells), role: tells ? 'good' : 'warn' } }, then]
}
