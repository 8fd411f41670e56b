// What a probe saw and could not keep: how many, which share of all, and why; in the same words on every page.
import { sum } from 'd3-array'
import { countedIn } from '../model/tables/evaluate.ts'
import type { View } from '../model/view.ts'
import type { LossSpec, ProbeSpec } from '../stream/spec.ts'
import type { TablesData } from '../stream/tables.ts'
import type { ProbeData, Sample } from '../stream/stream-types.ts'
import type { DescribedId, PROBES, ProbeId } from '../stream/probe-ids.ts'
import type { Role } from '../panels/panel-types.ts'
import { formatCount, formatPercent } from './format.ts'

export interface Loss {
  lost: number
  /** Of all there were, where that is known. */
  percent?: number
  sentence: string
}

interface Kind<P extends ProbeId> {
  /** What is lost. */
  events: string
  why: string
  /** All that were counted in the interval. */
  counted(data: ProbeData[P]): number
  /** Lost ones are in none of the counts. */
  uncounted?: true
}

const KINDS: { [P in (typeof PROBES)[number]]: Kind<P> } = {
  stacks: {
    events: 'stacks',
    why: 'no room in the table of stacks',
    counted: ({ stacks, others }) => sum(stacks, ({ count }) => count) + (others?.count ?? 0),
    uncounted: true,
  },
}

const describedKind = ({ events, why, of, uncounted }: LossSpec): Kind<DescribedId> => ({
  events,
  why,
  counted: (data: TablesData) => countedIn(data, of),
  ...(uncounted ? { uncounted } : {}),
})

/** Of one interval or several of a probe; undefined when nothing was lost. Give whole samples: what belongs to a
 * selection is not known of lost ones. */
export const lossIn = <P extends ProbeId>(
  probe: P,
  samples: readonly Sample<P>[],
  spec?: ProbeSpec,
): Loss | undefined => {
  const lost = sum(samples, (sample) => sample.lost)
  if (lost === 0) return undefined
  const own = (KINDS as Partial<Record<ProbeId, Kind<P>>>)[probe]
  const kind: Kind<any> | undefined = own ?? (spec?.loss && describedKind(spec.loss))
  if (!kind) return { lost, sentence: `${formatCount(lost)} events lost: the probe could not keep them` }
  const { events, why, counted, uncounted } = kind
  const all = Math.max(lost, sum(samples, ({ data }) => counted(data as never)) + (uncounted ? lost : 0))
  const verb = events.includes(' have ') ? '' : ' lost'
  return {
    lost,
    percent: (lost * 100) / all,
    sentence: `${formatCount(lost)} of ${formatCount(all)} ${events}${verb}: ${why}`,
  }
}

/** Of the interval shown. `table`: what is looked at; what a script counted in its maps is whole, whatever lines were lost. */
export const lossOf = (view: View, probe: ProbeId, table?: string): Loss | undefined => {
  const last = view.whole.latest(probe)
  const spec = view.store.spec(probe)
  const { of = [], uncounted } = spec?.loss ?? {}
  const tables = of.filter((each) => Object.hasOwn(spec!.tables, each))
  if (table !== undefined && uncounted && tables.length > 0 && !tables.includes(table)) return undefined
  return last && lossIn(probe, [last], spec)
}

export const lossText = ({ lost, percent }: Loss): string =>
  percent === undefined ? formatCount(lost) : `${formatCount(lost)} (${formatPercent(percent)}%)`

/** A few of many are worth a word, no alarm. */
export const lossRole = ({ percent = 100 }: Loss): Role => (percent < 1 ? 'warn' : 'bad')
