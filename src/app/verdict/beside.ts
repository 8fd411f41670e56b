// What other probes know of a finding, where they run (on the page of the verdict all do): which file and disk a process
// waits for, which CPU is worst and what of the kernel takes it. Without them the sentence is shorter, never another.
import { group } from 'd3-array'
import { mergeHists, percentileNs } from '../../model/base/histogram.ts'
import { schedOf } from '../../model/sched.ts'
import { fieldsIn, numberIn, type Fields } from '../../model/tables/row-objects.ts'
import type { DescribedId } from '../../stream/probe-ids.ts'
import { formatDuration, formatPercent } from '../format.ts'
import { WAITS } from '../../stream/probe-ids.ts'
import { most, percentOver, summed, type Window } from '../rule.ts'

const KERNEL = 'kernel' as DescribedId
/** What takes less of a CPU is not why others wait for it. */
const LEAST_PERCENT = 20

/** In the time of a rule that asks, of intervals as short as can be. */
const MOST_SAMPLES = 60

/** Of a probe within the window's time, newest first. */
const rowsIn = ({ last, elapsedMs, view }: Window, probe: DescribedId, table: string): Fields[] =>
  view
    .samples(probe, MOST_SAMPLES)
    .filter(({ atMs }) => atMs > last.atMs - elapsedMs)
    .toReversed()
    .flatMap(({ data }) => fieldsIn(data, table))

/** ` (fsync /data/wal.log, ext4 on vda)`: the latest chain of one of its threads in that call. */
export const chainText = (window: Window, pid: number, call: string | undefined): string => {
  const rows = rowsIn(window, WAITS, 'chains').filter((row) => row.pid === pid && row.state === 'D')
  const row = rows.find((each) => each.call === call) ?? rows[0]
  return row?.chain ? ` (${row.chain})` : ''
}

/** `, 45.0ms on CPU 3, of which softirq NET_RX takes 66.0%`; without the figure where it is that of all, `value`. */
export const worstCpuText = (window: Window<'sched'>, leastWaits: number, value: string): string => {
  const all = window.samples.flatMap(({ data }) => schedOf(data).cpus ?? [])
  const worst = most(
    [...group(all, ({ cpu }) => cpu)].flatMap(([cpu, each]) => {
      const hist = mergeHists(each.map(({ runq }) => runq))
      return hist.count < leastWaits ? [] : [{ cpu, p99: percentileNs(hist, 0.99)! }]
    }),
    ({ p99 }) => p99,
  )
  if (!worst) return ''
  const figure = formatDuration(worst.p99)
  return `${figure === value ? '' : `, ${figure}`} on CPU ${worst.cpu}${takerText(window, worst.cpu)}`
}

const takerText = (window: Window, cpu: number): string => {
  const rows = rowsIn(window, KERNEL, 'cpus').filter((row) => row.cpu === cpu)
  const taker = most(
    summed(
      rows,
      ({ kind, name }) => `${kind} ${name}`,
      (row) => numberIn(row, 'ns'),
    ),
    ({ sum }) => sum,
  )
  const percent = taker ? percentOver(taker.sum, window.elapsedMs) : 0
  return percent < LEAST_PERCENT ? '' : `, of which ${taker!.key} takes ${formatPercent(percent)}%`
}
