// What a table is asked for, of all that the state says: the same from frame to frame, as long as nobody presses a key that
// matters to it.
import { createLatest } from '../model/memo.ts'
import { createRecently } from '../model/base/recently.ts'
import type { AnyPanel, Sort } from '../panels/panel-types.ts'
import { bucketOf } from './bucket.ts'
import { addedColumns, chosenColumns } from './column-choice.ts'
import { isGroupable } from './grouped.ts'
import { isFullScreen, panelState, selectionsOf } from './state.ts'
import type { AppState, Bucket } from './state-types.ts'

/** What a table is made by, beside samples. */
export interface Asked {
  state: AppState
  panel: AnyPanel
  detail: boolean
  mode: string
  wanted: Sort | undefined
  chosen: readonly string[] | undefined
  hides: boolean
  bucket: Bucket | undefined
  hasSpare: boolean
  /** Rows are made of its rows: added up, told apart, or with more cells. */
  isMadeAnew: boolean
  /** The same as long as all that matters of these is. */
  key: object
}

export const ask = (panel: AnyPanel, state: AppState, detail: boolean): Asked => {
  const { mode, sort: wanted } = panelState(state, panel.id)
  const chosen = chosenColumns(state, panel.id)
  const hasSpare = usesSpare(state, panel, detail)
  const hides = hidesIdle(state)
  const bucket = bucketOf(state, panel.id)
  const key = [
    panel.id,
    panel.spec,
    mode,
    wanted?.column,
    wanted?.descending,
    detail,
    hasSpare,
    state.filter.text,
    hides,
    bucket,
    state.thresholds,
    state.grouping,
    state.naming,
    chosen,
    state.classRules,
    state.since,
  ]
  const isMadeAnew =
    hasSpare ||
    state.grouping !== undefined ||
    state.naming !== undefined ||
    bucket !== undefined ||
    addedColumns(chosen, wanted).length > 0
  return {
    state,
    panel,
    detail,
    mode,
    wanted,
    chosen,
    hides,
    bucket,
    hasSpare,
    isMadeAnew,
    key: recentKeys(key, () => key),
  }
}

/** From one interval to the next there is one state, mostly. */
export const askedOf = createLatest(ask)

/** As many as a screen has panels, in both sizes. */
const MOST_RECENT = 12
const recentKeys = createRecently<object>(MOST_RECENT)

/** Of the columns that take what room there is: names and addresses need little of it. */
const NEVER_LONG = ['command', 'local', 'remote']

/** From this width of the screen on panels of the overview may have room to spare, too. */
const LEAST_FOR_LINES = 240

/** Processes have their command line where room is left, unless one chose what is shown of them, or a path, a bar or a
 * line of states has a use for it. */
const usesSpare = (state: AppState, panel: AnyPanel, detail: boolean): boolean => {
  const { mode } = panelState(state, panel.id)
  const columns = panel.columns(mode, detail)
  return (
    ((detail && isFullScreen(state)) || (state.page.is === 'overview' && state.width >= LEAST_FOR_LINES)) &&
    !state.naming &&
    (state.grouping === undefined || state.grouping === 'parent') &&
    chosenColumns(state, panel.id) === undefined &&
    isGroupable(columns) &&
    columns.every(({ id, grow }) => !grow || NEVER_LONG.includes(id))
  )
}

/** Who asks for a process, or looks for one, wants to see it. */
export const hidesIdle = (state: AppState): boolean =>
  !state.idle &&
  state.filter.text === '' &&
  !selectionsOf(state).some(({ is }) => is === 'process' || is === 'thread' || is === 'pids' || is === 'comm')
