// What a sample weighs in memory, roughly, and what is left of it when its tables go: totals and histograms, and how
// the selected process ended.
import type { ProbeSpec } from '../stream/spec.ts'
import { isDescribed } from '../stream/stream-types.ts'
import type { AnySample } from '../stream/stream-types.ts'
import { bytesOf, withoutTables } from './tables/keep.ts'

const PER_ROW = 240

/** `spec`: of a probe that describes itself. */
export const withoutRows = (sample: AnySample, spec?: ProbeSpec): AnySample => {
  if (isDescribed(sample)) return withoutTables(sample, spec)
  return { ...sample, data: { ...sample.data, frames: [], stacks: [], threads: [] } }
}

/** Estimated, in bytes: good enough to bound a store, not an accounting. `beside`: the sample before
 * or after it; rows that both have are left out. */
export const sizeOf = (sample: AnySample, beside?: AnySample): number => {
  if (isDescribed(sample)) return bytesOf(sample.data, beside && isDescribed(beside) ? beside.data : undefined)
  const { frames, stacks, threads = [] } = sample.data
  const refs = [...stacks.flatMap((stack) => [stack, ...(stack.waker ? [stack.waker] : [])]), ...threads]
  return (
    200 +
    frames.reduce((sum, { name }) => sum + 100 + 2 * name.length, 0) +
    refs.reduce((sum, { user, kernel }) => sum + PER_ROW + 8 * (user.length + kernel.length), 0)
  )
}
