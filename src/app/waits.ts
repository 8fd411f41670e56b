// Whether there are chains of waits, by what the stream announced, and why not.
import { WAITS } from '../stream/probe-ids.ts'
import type { AppState } from './state-types.ts'

/** A recording may be of a version that knew no chains. */
export const knowsWaits = ({ specs }: Pick<AppState, 'specs'>): boolean => specs.some(({ id }) => id === WAITS)

/** Why there is no panel of them. */
export const lacksWaits = (state: Pick<AppState, 'specs' | 'replay'>): string | undefined =>
  knowsWaits(state)
    ? undefined
    : state.replay
      ? 'this recording has no chains of waits'
      : 'there are no chains of waits here: their probe does not run'
