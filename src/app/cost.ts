// What the probes cost, in words: short for a panel's title, whole for the help page. Percent is of one CPU.
import type { View } from '../model/view.ts'
import type { CostMessage, ProbeCost } from '../stream/cost-message.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import type { CheaperSpec } from '../stream/spec.ts'
import type { Sample } from '../stream/stream-types.ts'
import { formatCount, formatDuration, formatPercent, formatRate } from './format.ts'
import { lossOf, lossText } from './loss.ts'
import type { AppState } from './state-types.ts'

/** For a title: the most important first, each worth showing without those after it. */
export const costFigures = (state: AppState, view: View, probe: ProbeId): string[] => {
  const message = view.cost()
  const cost = message?.probes.find((each) => each.probe === probe)
  if (!message) return [noCost(state)]
  if (!cost) return ['no cost']
  return [
    ...(cost.runNs === undefined ? ['cpu unknown'] : [`${percentOf(cost.runNs, message)}% cpu`]),
    ...(cost.runs === undefined ? [] : [`${rateOf(cost.runs, message)}/s`]),
    ...(cost.processNs === undefined ? [] : [`process ${percentOf(cost.processNs, message)}%`]),
    `lost ${lostOf(view, probe)}`,
    ...tierFigures(cost, message, view),
    ...(cost.map ? [`map ${fullness(cost.map)}%`] : []),
    ...(cost.runs ? [`${formatDuration(cost.runNs! / cost.runs)} each`] : []),
  ]
}

/** What the first tier would cost, and what the next would save. */
const tierFigures = (cost: ProbeCost, message: CostMessage, view: View): string[] => {
  const { fullPercent } = cost
  const next = cheaperOf(cost, view)
  return [
    ...(fullPercent === undefined ? [] : [`in full ${formatPercent(fullPercent * message.cpus)}%`]),
    ...(next?.ns ? [`${next.is} -${percentOf(next.ns, message)}%`] : []),
  ]
}

/** Hooks in windows are there for a part of the time; getting them there is not the kernel's programs' time. */
const SAVED = { sampled: 0.8, counted: 1 } as const

/** The next tier, and the time it saves. */
const cheaperOf = ({ probe, hookNs = 0 }: ProbeCost, view: View): (CheaperSpec & { ns: number }) | undefined => {
  const cheaper = view.store.spec(probe)?.cheaper
  const tier = (view.latest(probe) as Sample | undefined)?.tier
  const next = cheaper?.[cheaper.findIndex(({ is }) => is === tier?.is) + 1]
  return next && { ...next, ns: hookNs * SAVED[next.is] }
}

/** Of one probe, for the help page. */
export const costWords = (view: View, probe: ProbeId): string | undefined => {
  const message = view.cost()
  return message && wordsOf(view, probe, message)
}

const wordsOf = (view: View, probe: ProbeId, message: CostMessage): string | undefined => {
  const cost = message.probes.find((each) => each.probe === probe)
  if (!cost) return undefined
  const { map, runs, runNs, dispatchNs, processNs } = cost
  const next = cheaperOf(cost, view)
  return [
    kindOf(cost),
    ...(runNs === undefined ? [] : [`${percentOf(runNs, message)} % of a CPU`]),
    ...(dispatchNs ? [`${percentOf(dispatchNs, message)} % of that the hooks' own dispatch`] : []),
    ...(runs === undefined
      ? []
      : [`${rateOf(runs, message)} runs/s${runs > 0 ? ` of ${formatDuration(runNs! / runs)}` : ''}`]),
    ...(processNs === undefined ? [] : [`own process ${percentOf(processNs, message)} %`]),
    ...(cost.fullPercent === undefined
      ? []
      : [`in full it would take ${formatPercent(cost.fullPercent * message.cpus)} %`]),
    ...(next?.ns ? [`${next.is} it saves ${percentOf(next.ns, message)} %`] : []),
    `lost ${lostOf(view, probe)}`,
    ...(map
      ? [`fullest map ${map.name}: ${formatCount(map.entries)} of ${formatCount(map.maxEntries)} (${fullness(map)} %)`]
      : []),
  ].join(', ')
}

/** Of all together. */
export const totalCost = (state: AppState, view: View): string => {
  const message = view.cost()
  if (!message) return `cost: ${noCost(state)}`
  const { cpus, limitPercent, probes, why } = message
  if (why !== undefined) return `What the kernel programs take is not known: ${why}.`
  const percent =
    (100 * probes.reduce((sum, { runNs = 0, processNs = 0 }) => sum + runNs + processNs, 0)) /
    (message.intervalMs * 1e6)
  const limit = limitPercent > 0 ? `the limit is ${formatPercent(limitPercent * cpus)} %` : 'there is no limit'
  const how = probes.some(({ dispatchNs }) => dispatchNs !== undefined) ? ", with the hooks' own dispatch" : ''
  return `All of them together${how}: ${formatPercent(percent)} % of a CPU; of ${cpus} CPUs, ${limit} (key b, --max-overhead). Measuring adds to each run; it ends with this page and the key c.`
}

const noCost = (state: AppState): string =>
  state.replay || state.instantMs !== undefined ? 'cost not measured then' : 'measuring cost'

const SOURCES = { 'CO-RE': 'CO-RE', bpftrace: 'bpftrace script', tool: 'tool of bcc' } as const

const kindOf = ({ source, programs, iterators }: ProbeCost): string => {
  const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
  return `${SOURCES[source]}: ${count(programs, 'program')}${iterators > 0 ? `, ${count(iterators, 'iterator')}` : ''}`
}

const lostOf = (view: View, probe: ProbeId): string => {
  const loss = lossOf(view, probe)
  return loss ? lossText(loss) : '0'
}

const percentOf = (ns: number, { intervalMs }: CostMessage): string => formatPercent((100 * ns) / (intervalMs * 1e6))

const rateOf = (runs: number, { intervalMs }: CostMessage): string => formatRate((runs * 1000) / intervalMs)

const fullness = ({ entries, maxEntries }: { entries: number; maxEntries: number }): string =>
  formatPercent((100 * entries) / maxEntries)

/** When it was measured last: of a CPU, what its programs and its own process took. */
export const lastCost = (view: View, probe: ProbeId): number | undefined => {
  const message = view.cost(probe)
  const cost = message?.probes.find((each) => each.probe === probe)
  if (!message || !cost || (cost.runNs === undefined && cost.processNs === undefined)) return undefined
  return (100 * ((cost.runNs ?? 0) + (cost.processNs ?? 0))) / (message.intervalMs * 1e6)
}

export const lastCostWords = (view: View, probe: ProbeId): string | undefined => {
  const message = view.cost(probe)
  return message && wordsOf(view, probe, message)
}
