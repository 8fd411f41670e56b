// All intervals the page of stacks shows, as one: equal stacks added up, of the states shown only. What exports and
// snapshots hold.
import { addMerged, createMerged } from '../../model/stack-merge.ts'
import type { StacksData } from '../../stream/stack-types.ts'
import type { StackFacts } from './stack-facts.ts'

interface StacksWindow {
  fromMs: number
  toMs: number
  intervals: number
  /** Intervals that belong here, too, and whose stacks are no longer kept. */
  dropped: number
  /** Events that could not be kept. */
  lost: number
  data: StacksData
}

/** undefined when nothing was collected. */
export const stacksWindow = ({ samples, dropped, tree, source }: StackFacts): StacksWindow | undefined => {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last) return undefined
  const merged = createMerged()
  for (const { data } of samples) addMerged(merged, data)
  const { state } = tree.query
  const isShown = (each: { state: string }): boolean => state === undefined || each.state === state
  const { frames, stacks, others } = merged.data
  const { mode, of, hz, threads } = last.data
  const isNow = mode === 'now'
  return {
    fromMs: first.atMs - first.intervalMs,
    toMs: last.atMs,
    intervals: samples.length,
    dropped,
    lost: samples.reduce((sum, { lost }) => sum + lost, 0),
    data: {
      mode,
      ...(source && source.unit !== 'ns' ? { unit: source.unit } : {}),
      ...(of ? { of } : {}),
      ...(hz === undefined ? {} : { hz }),
      thresholdNs: Math.max(...samples.map(({ data }) => data.thresholdNs)),
      frames: isNow ? last.data.frames : frames,
      stacks: stacks.filter(isShown),
      ...(threads && isNow ? { threads: threads.filter(isShown) } : {}),
      // Nobody knows of which state these are
      ...(others && state === undefined ? { others } : {}),
    },
  }
}
