// What the keys of the page of stacks switch.
import { GROUPINGS, STATE_WORDS } from '../../model/stack-paths.ts'
import type { View } from '../../model/view.ts'
import { STACK_MODES } from '../../stream/stack-types.ts'
import type { Turn } from '../actions.ts'
import type { AppState } from '../state-types.ts'
import type { StacksPage } from '../page-types.ts'
import { SPANS, STATE_FILTERS, VIEWS } from '../stack-choices.ts'
import { MODE_NAMES, thresholdName, THRESHOLDS_NS } from './page.ts'

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
