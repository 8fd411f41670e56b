// Figures of the 60 seconds checklist: the tables of vmstat, mpstat, pidstat, iostat, free, sar and top, with their headings
// and units, from samples of the probes `machine` and `disks`.
import { perSecond, ratio } from '../../model/base/rates.ts'
import type { View } from '../../model/view.ts'
import { fieldsIn, numberIn } from '../../model/tables/row-objects.ts'
import { percentOver } from '../rule.ts'
import {
  CPU_TIMES,
  cpusIn,
  disksIn,
  lastOf,
  nicsIn,
  processesIn,
  sharesOf,
  spanOf,
  totalOf,
  type Span,
  type Summed,
} from './gathered.ts'
import type { FigureColumn, Figures } from '../checklist-types.ts'

type Make = (view: View) => Figures | undefined

const KIB = 1024
const MIB = 1024 * 1024
const MOST_ROWS = 10

const columns = (titles: string, digits: number, ...texts: string[]): FigureColumn[] =>
  titles.split(' ').map((title) => (texts.includes(title) ? { title } : { title, digits }))

const ofSpan =
  (probe: string, make: (span: Span, view: View) => Figures): Make =>
  (view) => {
    const span = spanOf(view, probe)
    return span && make(span, view)
  }

export const uptimeFigures: Make = (view) => {
  const host = view.host()
  if (!host) return undefined
  const cpus = host.cpus ?? view.store.hello()?.cpus ?? null
  return {
    columns: [{ title: 'up(s)', digits: 0 }, ...columns('load1 load5 load15', 2), { title: 'CPUs', digits: 0 }],
    rows: [[host.uptimeS, ...host.load, cpus]],
  }
}

export const dmesgFigures = ofSpan('machine', ({ samples }) => ({
  columns: [{ title: 'ago(s)', digits: 0 }, { title: 'level' }, { title: 'text' }],
  rows: fieldsIn(samples.at(-1)!.data, 'log')
    .slice(-MOST_ROWS)
    .map((line) => [numberIn(line, 'ageMs') / 1000, String(line.level), String(line.text)]),
}))

/** us sy id wa st, as vmstat rounds them: of all time there was. */
const CPU_CLASSES = [
  ['userNs', 'niceNs', 'guestNs', 'guestNiceNs'],
  ['systemNs', 'irqNs', 'softirqNs'],
  ['idleNs'],
  ['iowaitNs'],
  ['stealNs'],
]

/** A line an interval. */
export const vmstatFigures = ofSpan('machine', ({ samples }) => ({
  columns: columns('r b swpd free buff cache si so bi bo in cs us sy id wa st', 0),
  rows: samples.map((sample) => {
    const span = { samples: [sample], elapsedMs: sample.intervalMs }
    const last = (id: string): number => lastOf(span, id)
    const rate = (id: string): number => perSecond(last(id), sample.intervalMs)
    const shares = sharesOf(last)
    return [
      last('running'),
      last('blocked'),
      (last('swapBytes') - last('swapFreeBytes')) / KIB,
      last('freeBytes') / KIB,
      last('buffersBytes') / KIB,
      last('cacheBytes') / KIB,
      rate('swapInBytes') / KIB,
      rate('swapOutBytes') / KIB,
      rate('pageInBytes') / KIB,
      rate('pageOutBytes') / KIB,
      rate('interrupts'),
      rate('switches'),
      ...CPU_CLASSES.map((ids) => shares(...ids)),
    ]
  }),
}))

/** In percent of the time that the kernel counted of the CPU, as mpstat has it. */
export const mpstatFigures = ofSpan('machine', (span) => {
  const line = (name: string, sum: Summed['sum']): (string | number)[] => {
    const shares = sharesOf(sum)
    return [name, ...CPU_TIMES.map((id) => shares(id))]
  }
  return {
    columns: columns('CPU %usr %nice %sys %iowait %irq %soft %steal %guest %gnice %idle', 2, 'CPU'),
    rows: [
      line('all', (id) => totalOf(span, id)),
      ...cpusIn(span).map(({ last, sum }) => line(String(numberIn(last, 'cpu')), sum)),
    ],
  }
})

const top = (rows: readonly Summed[], value: (row: Summed) => number): Summed[] =>
  [...rows].sort((a, b) => value(b) - value(a)).slice(0, MOST_ROWS)

export const pidstatFigures = ofSpan('machine', (span) => {
  const percent = ({ sum }: Summed, id: string): number => percentOver(sum(id), span.elapsedMs)
  return {
    columns: columns('UID PID %usr %system %guest %wait %CPU CPU Command', 2, 'Command').map((column) =>
      ['UID', 'PID', 'CPU'].includes(column.title) ? { ...column, digits: 0 } : column,
    ),
    rows: top(processesIn(span), ({ sum }) => sum('busyNs'))
      .filter(({ sum }) => sum('busyNs') > 0)
      .map((row) => [
        row.last.uid ?? null,
        numberIn(row.last, 'pid'),
        ...['userNs', 'systemNs', 'guestNs'].map((id) => percent(row, id)),
        row.last.waitNs === null ? null : percent(row, 'waitNs'),
        percent(row, 'busyNs'),
        numberIn(row.last, 'cpu'),
        String(row.last.comm),
      ]),
  }
})

const IOSTAT =
  'Device r/s rkB/s rrqm/s %rrqm r_await rareq-sz w/s wkB/s wrqm/s %wrqm w_await wareq-sz d/s dkB/s d_await f/s f_await aqu-sz %util'

const by = (sum: number, count: number): number => ratio(sum, count) ?? 0

/** Devices that did nothing are left out, as with -z; partitions, which iostat has on request only, too. */
export const iostatFigures = ofSpan('disks', (span) => ({
  columns: columns(IOSTAT, 2, 'Device'),
  rows: disksIn(span)
    .filter(({ sum }) => sum('requests') + sum('discards') + sum('flushes') > 0)
    .map(({ last, sum }) => {
      const rate = (id: string): number => perSecond(sum(id), span.elapsedMs)
      const kib = (id: string): number => rate(id) / KIB
      const ms = (ns: string, times: string): number => by(sum(ns), sum(times)) / 1e6
      return [
        String(last.disk),
        ...(['read', 'write'] as const).flatMap((way) => [
          rate(`${way}s`),
          kib(`${way}Bytes`),
          rate(`${way}Merged`),
          100 * by(sum(`${way}Merged`), sum(`${way}Merged`) + sum(`${way}s`)),
          ms(`${way}Ns`, `${way}s`),
          by(sum(`${way}Bytes`), sum(`${way}s`)) / KIB,
        ]),
        rate('discards'),
        kib('discardBytes'),
        ms('discardNs', 'discards'),
        rate('flushes'),
        ms('flushNs', 'flushes'),
        (sum('readNs') + sum('writeNs') + sum('discardNs') + sum('flushNs')) / (span.elapsedMs * 1e6),
        percentOver(sum('busyNs'), span.elapsedMs),
      ]
    }),
}))

/** In MiB; used is what is not available, as from procps 4 on. */
export const freeFigures = ofSpan('machine', (span) => {
  const mib = (id: string): number => lastOf(span, id) / MIB
  const [total, available, swap, swapFree] = ['memoryBytes', 'availableBytes', 'swapBytes', 'swapFreeBytes'].map(
    mib,
  ) as [number, number, number, number]
  return {
    columns: columns('of total used free shared buff/cache available', 0, 'of'),
    rows: [
      [
        'Mem',
        total,
        total - available,
        mib('freeBytes'),
        mib('sharedBytes'),
        mib('buffersBytes') + mib('cacheBytes'),
        available,
      ],
      ['Swap', swap, swap - swapFree, swapFree, null, null, null],
    ],
  }
})

const DEV = 'rxPackets txPackets rxBytes txBytes rxCompressed txCompressed rxMulticast'.split(' ')

export const devFigures = ofSpan('machine', (span) => ({
  columns: columns('IFACE rxpck/s txpck/s rxkB/s txkB/s rxcmp/s txcmp/s rxmcst/s %ifutil', 2, 'IFACE'),
  rows: nicsIn(span).map((row) => [
    String(row.last.name),
    ...DEV.map((id) => perSecond(row.sum(id), span.elapsedMs) / (id.endsWith('Bytes') ? KIB : 1)),
    linkUsed(row, span.elapsedMs) ?? 0,
  ]),
}))

/** In percent of what its link can carry; undefined where that is not known. */
export const linkUsed = ({ last, sum }: Summed, elapsedMs: number): number | undefined => {
  const link = numberIn(last, 'linkBytes')
  const [rx, tx] = [sum('rxBytes'), sum('txBytes')]
  return link === 0 ? undefined : (1e5 * (last.isFullDuplex === 1 ? Math.max(rx, tx) : rx + tx)) / (link * elapsedMs)
}

const TCP =
  'activeOpens passiveOpens inSegments outSegments attemptFails establishedResets retransmits inErrors outResets'.split(
    ' ',
  )

export const tcpFigures = ofSpan('machine', (span) => ({
  columns: columns('active/s passive/s iseg/s oseg/s atmptf/s estres/s retrans/s isegerr/s orsts/s', 2),
  rows: [TCP.map((id) => perSecond(totalOf(span, id), span.elapsedMs))],
}))

const TOP = columns('PID RES(MiB) S %CPU %MEM TIME+(s) COMMAND', 1, 'S', 'COMMAND')

export const topFigures = ofSpan('machine', (span) => {
  const memory = lastOf(span, 'memoryBytes')
  const line = (row: Summed): (string | number | null)[] => {
    const of = (id: string): number => numberIn(row.last, id)
    return [
      of('pid'),
      of('residentBytes') / MIB,
      String(row.last.state),
      percentOver(row.sum('busyNs'), span.elapsedMs),
      100 * by(of('residentBytes'), memory),
      of('totalNs') / 1e9,
      String(row.last.comm),
    ]
  }
  return {
    columns: TOP.map((column) => (column.title === 'PID' ? { ...column, digits: 0 } : column)),
    rows: top(processesIn(span), ({ sum, last }) => sum('busyNs') + numberIn(last, 'residentBytes') / 1e6).map(line),
  }
})
