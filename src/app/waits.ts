// The probe of chains of waits, as the screen knows it: by its name, where the stream announced it.
import type { DescribedId } from '../stream/probe-ids.ts'
import type { AppState } from './state-types.ts'

/** Of the probe, and of its panel. */
export const WAITS = 'waits' as DescribedId

/** A recording may be of a version that knew no chains. */
export const knowsWaits = ({ specs }: Pick<AppState, 'specs'>): boolean => specs.some(({ id }) => id === WAITS)

/** Why there is no panel of them. */
export const lacksWaits = (state: Pick<AppState, 'specs' | 'replay'>): string | undefined =>
  knowsWaits(state)
    ? undefined
    : state.replay
      ? 'this recording has no chains of waits'
      : 'there are no chains of waits here: their probe does not run'
