// The page of stacks as a snapshot has it. That is a file, so what does not fit is as in a new one.
import { GROUPINGS } from '../../model/stack-paths.ts'
import { STACK_MODES } from '../../stream/stack-types.ts'
import { NO_FILTER } from '../filter.ts'
import { panelsIn } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { SPANS, STATE_FILTERS, VIEWS, type StackSource } from '../stack-choices.ts'
import type { StacksPage } from '../page-types.ts'
import { newPage } from './page.ts'
import { sourceOf } from './source.ts'

type Fields = Readonly<Record<string, unknown>>

export const reopenedStacks = (state: AppState, fields: Fields): StacksPage => {
  const source = sourceIn(state, fields.source)
  const page = pageOf(state, fields)
  return source
    ? { ...page, mode: 'oncpu', source, before: { ...page.before, page: { is: 'panel', panel: source.panel } } }
    : page
}

const pageOf = (state: AppState, fields: Fields): StacksPage => ({
  ...newPage({ page: { is: 'overview' }, crumbs: state.crumbs, filter: NO_FILTER }, state.crumbs.length > 0, undefined),
  ...one('view', VIEWS, fields),
  ...one('mode', STACK_MODES, fields),
  ...one('states', STATE_FILTERS, fields),
  ...one('by', GROUPINGS, fields),
  ...one('span', SPANS, fields),
  ...(typeof fields.wakers === 'boolean' && { wakers: fields.wakers }),
  ...(typeof fields.inverted === 'boolean' && { inverted: fields.inverted }),
  ...(typeof fields.plumbing === 'boolean' && { plumbing: fields.plumbing }),
  ...(isThreshold(fields.thresholdNs) && { thresholdNs: fields.thresholdNs }),
})

/** A tab that there still is. */
const sourceIn = (state: AppState, value: unknown): StackSource | undefined => {
  const { panel, tab } = (value ?? {}) as Partial<Record<keyof StackSource, unknown>>
  if (typeof panel !== 'string' || typeof tab !== 'string' || !panelsIn(state).some(({ id }) => id === panel))
    return undefined
  return sourceOf(state, { source: { panel, tab } }) && { panel, tab }
}

const one = <T extends string>(name: string, known: readonly T[], fields: Fields): { [key: string]: T } => {
  const value = known.find((each) => each === fields[name])
  return value === undefined ? {} : { [name]: value }
}

const isThreshold = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0
