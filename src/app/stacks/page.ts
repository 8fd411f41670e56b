// How the page of stacks begins, and its words.
import type { StackMode } from '../../stream/stack-types.ts'
import type { StacksPage } from '../page-types.ts'

export const THRESHOLDS_NS = [0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] as const
const THRESHOLD_OF_ALL_NS = 1e6

export const newPage = (
  before: StacksPage['before'],
  isNarrowed: boolean,
  sinceMs: number | undefined,
): StacksPage => ({
  is: 'stacks',
  before,
  view: 'tree',
  mode: 'offcpu',
  states: 'all',
  by: 'process',
  span: 'window',
  wakers: false,
  inverted: false,
  plumbing: false,
  thresholdNs: isNarrowed ? 0 : THRESHOLD_OF_ALL_NS,
  ...(sinceMs === undefined ? {} : { sinceMs }),
})

export const MODE_NAMES: Record<StackMode, string> = { offcpu: 'off-CPU', oncpu: 'on-CPU', now: 'blocked now' }

/** `1 ms`. */
export const thresholdName = (ns: number): string =>
  ns >= 1e9 ? `${ns / 1e9} s` : ns >= 1e6 ? `${ns / 1e6} ms` : ns >= 1e3 ? `${ns / 1e3} us` : 'any'
