// What the keys of the page of stacks do, beside moving: open and leave it, switch what is shown.
import { GROUPINGS, STATE_WORDS } from '../../model/stack-paths.ts'
import { selectionKey, targetOf } from '../../model/selection.ts'
import type { View } from '../../model/view.ts'
import { STACK_MODES } from '../../stream/stack-types.ts'
import type { Turn } from '../actions.ts'
import { NO_FILTER } from '../filter.ts'
import { currentPanel, selectionsOf, stacksPageOf } from '../state.ts'
import type { AppState, PanelState } from '../state-types.ts'
import type { Crumb, StacksPage } from '../page-types.ts'
import { SPANS, STATE_FILTERS, VIEWS } from '../stack-choices.ts'
import { wantedTarget } from '../probes/wanted.ts'
import { drillTargetsOf } from './drill-targets.ts'
import { leaveStacks } from '../stacks/leave-page.ts'
import { openSource } from '../stacks/open-source.ts'
import { MODE_NAMES, newPage, thresholdName, THRESHOLDS_NS } from '../stacks/page.ts'

/** Frozen or in a recording everything kept counts; live, what comes from now on. */
export const openStacks = (state: AppState, view: View): AppState => {
  if (state.page.is === 'stacks') return leaveStacks(state, state.page)
  const source = openSource(state, view)
  if (source) return source
  const { page, filter } = state
  const crumbs = [...state.crumbs, ...chosenCrumb(state, view)]
  const isNarrowed = wantedTarget({ ...state, crumbs }) !== undefined
  const sinceMs = state.replay || state.instantMs !== undefined ? undefined : view.store.ticks().at(-1)
  const before = { page, filter, crumbs: state.crumbs }
  const entered = stacksPageOf(state)
  return {
    ...state,
    crumbs,
    filter: NO_FILTER,
    page: entered ? { ...entered, before } : newPage(before, isNarrowed, sinceMs),
  }
}

/**
 * Live, what is asked of the kernel begins anew: what was collected otherwise is not mixed in. What was switched is said,
 * as a page without stacks shows no difference.
 */
export const turn = (state: AppState, what: Turn, view: View): AppState => {
  if (state.page.is !== 'stacks') return state
  const { page } = state
  switch (what) {
    case 'view':
      return put(state, { ...page, view: after(VIEWS, page.view) })
    case 'states': {
      const states = after(STATE_FILTERS, page.states)
      return said(
        put(state, { ...page, states }),
        states === 'all' ? 'all states' : `only ${STATE_WORDS[states]} (${states})`,
      )
    }
    case 'span': {
      const span = after(SPANS, page.span)
      return said(put(state, { ...page, span }), span === 'window' ? 'all that is kept' : 'the last interval only')
    }
    case 'by': {
      const by = after(GROUPINGS, page.by)
      return said(put(state, atStart({ ...page, by })), `grouped by ${by}`)
    }
    case 'inverted':
      return said(
        put(state, atStart({ ...page, inverted: !page.inverted })),
        page.inverted ? 'root first' : 'leaf first',
      )
    case 'plumbing':
      return said(
        put(state, { ...page, plumbing: !page.plumbing }),
        page.plumbing ? "without the kernel's plumbing" : "with the kernel's plumbing",
      )
    case 'mode': {
      const mode = after(STACK_MODES, page.mode)
      // States are those of waiting
      return said(put(state, anew(state, atStart({ ...page, mode, states: 'all' }), view)), MODE_NAMES[mode])
    }
    case 'wakers':
      return said(
        put(state, anew(state, atStart({ ...page, wakers: !page.wakers }), view)),
        `wakers ${page.wakers ? 'off' : 'on'}`,
      )
  }
}

export const stepThreshold = (state: AppState, by: 1 | -1, view: View): AppState => {
  if (state.page.is !== 'stacks') return state
  const { page } = state
  const next =
    by === 1 ? THRESHOLDS_NS.find((ns) => ns > page.thresholdNs) : THRESHOLDS_NS.findLast((ns) => ns < page.thresholdNs)
  if (next === undefined)
    return {
      ...state,
      notice: {
        text: by === 1 ? 'this is the longest threshold' : 'every wait counts already, however short',
        role: 'warn',
      },
    }
  return said(
    put(state, anew(state, { ...page, thresholdNs: next }, view)),
    next === 0 ? 'every wait counts, however short' : `only waits of ${thresholdName(next)} or longer`,
  )
}

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

/** Paths lead elsewhere in another tree. */
const atStart = (page: StacksPage): StacksPage => {
  const { selected: _, open: __, runs: ___, ...rest } = page
  return rest
}

const anew = (state: AppState, page: StacksPage, view: View): StacksPage => {
  const newest = view.store.ticks().at(-1)
  return state.replay || newest === undefined ? page : { ...page, sinceMs: newest }
}

const put = (state: AppState, page: StacksPage): AppState => ({ ...state, page })

const said = (state: AppState, text: string): AppState => ({ ...state, notice: { text, role: 'good' } })

const after = <T>(values: readonly T[], value: T): T => values[(values.indexOf(value) + 1) % values.length]!
