// Figures of the rules of the 60 seconds checklist, from samples of `machine` and `disks`.
import { formatAge, formatRate } from '../format.ts'
import { perSecond } from '../../model/base/rates.ts'
import { fieldsIn, numberIn, type Fields } from '../../model/tables/row-objects.ts'
import { percentOver, type Goal, type Measured, type Window } from '../rule.ts'
import { processGoal } from '../verdict/described-figures.ts'
import { linkUsed } from './figures.ts'
import { cpusIn, disksIn, lastOf, meanOf, nicsIn, processesIn, sharesOf, totalOf, type Summed } from './gathered.ts'

type Measure = (window: Window) => Measured[]

const at = (mode: string, key?: string): Goal => ({
  panel: 'machine',
  mode,
  ...(key === undefined ? {} : { row: { key } }),
})
const cpusOf = ({ view }: Window): number => view.host()?.cpus ?? view.store.hello()?.cpus ?? 1
const one = (key: string, value: number, to: Goal, says: Measured['says']): Measured[] => [{ key, value, says, to }]

export const load: Measure = (window) => {
  const host = window.view.host()
  const cpus = cpusOf(window)
  return host
    ? one(
        'load',
        host.load[0] / cpus,
        { panel: 'runq' },
        (value) => `load average ${host.load[0].toFixed(2)}, ${value} for each of ${cpus} CPUs`,
      )
    : []
}

const HOUR_MS = 3_600_000
const ERROR = 3
/** What is bad however the kernel takes it. */
const KNOWN =
  /out of memory|oom-kill|killed process|hung[ _]task|soft lockup|hard lockup|I\/O error|SYN flooding|segfault|call trace|cut here|end trace|WARNING: CPU|link is down|nf_conntrack: .*full|thermal|remounting/i

const isBad = (line: Fields): boolean =>
  numberIn(line, 'ageMs') <= HOUR_MS && (numberIn(line, 'severity') <= ERROR || KNOWN.test(String(line.text)))

export const noLog = ({ last }: Window): string | undefined =>
  'log' in last.data.tables ? undefined : (last.data.notes?.[0] ?? 'the kernel log is not there')

export const kernelLog: Measure = ({ last }) => {
  const lines = fieldsIn(last.data, 'log').filter(isBad)
  const newest = lines.at(-1)
  return one('log', lines.length, at('log', newest && String(newest.sequence)), (value) =>
    newest ? `${value} in the kernel log, ${formatAge(numberIn(newest, 'ageMs'))} ago: ${newest.text}` : '',
  )
}

export const runnable: Measure = (window) => {
  const cpus = cpusOf(window)
  const mean = meanOf(window, 'running')
  return one(
    'runnable',
    mean / cpus,
    { panel: 'runq' },
    (value) => `${mean.toFixed(1)} threads runnable on average, ${value} for each of ${cpus} CPUs`,
  )
}

export const blocked: Measure = (window) =>
  one(
    'blocked',
    meanOf(window, 'blocked'),
    { panel: 'offcpu', mode: 'D' },
    (value) => `${value} threads blocked in I/O on average`,
  )

export const swapping: Measure = (window) => {
  const bytes = totalOf(window, 'swapInBytes') + totalOf(window, 'swapOutBytes')
  return one(
    'swap',
    perSecond(bytes, window.elapsedMs),
    { panel: 'memory' },
    (value) => `memory is short: ${value}/s to and from swap`,
  )
}

const busy = (sum: Summed['sum']): number => 100 - sharesOf(sum)('idleNs', 'iowaitNs')
const ofAll = (window: Window) => (id: string) => totalOf(window, id)

export const cpusBusy: Measure = (window) => {
  const shares = sharesOf(ofAll(window))
  return one(
    'cpus',
    busy(ofAll(window)),
    at('tasks'),
    (value) =>
      `CPUs ${value}% busy: ${shares('userNs', 'niceNs').toFixed(0)}% in programs, ${shares('systemNs').toFixed(0)}% in the kernel`,
  )
}

export const ioWait: Measure = (window) =>
  one(
    'iowait',
    sharesOf(ofAll(window))('iowaitNs'),
    { panel: 'offcpu', mode: 'D' },
    (value) => `CPUs idle ${value}% of the time while I/O is waited for`,
  )

export const oneCpu: Measure = (window) => {
  const cpus = cpusIn(window).map(({ last, sum }) => ({ cpu: numberIn(last, 'cpu'), busy: busy(sum) }))
  const [first, ...others] = cpus.sort((a, b) => b.busy - a.busy)
  if (!first || others.length === 0) return []
  const mean = others.reduce((sum, each) => sum + each.busy, 0) / others.length
  return one(
    'one',
    first.busy - mean,
    at('cpus', String(first.cpu)),
    () =>
      `CPU ${first.cpu} is ${first.busy.toFixed(0)}% busy, the others ${mean.toFixed(0)}%: one thread, or interrupts that all go there`,
  )
}

export const cpuInterrupts: Measure = (window) =>
  cpusIn(window).map(({ last, sum }) => ({
    key: String(last.cpu),
    value: sharesOf(sum)('softirqNs', 'irqNs'),
    says: (value) => `CPU ${last.cpu}: ${value}% in softirqs and interrupts`,
    to: { panel: 'kernel', mode: 'cpus' },
  }))

const ofProcesses = (
  window: Window,
  value: (row: Summed) => number,
  says: (who: string, value: string) => string,
): Measured[] =>
  processesIn(window).map((row) => ({
    key: String(row.last.pid),
    value: value(row),
    says: (text) => says(`${row.last.comm} ${row.last.pid}`, text),
    to: processGoal('machine', row.last, 'tasks'),
  }))

export const processCpu: Measure = (window) =>
  ofProcesses(
    window,
    ({ sum }) => percentOver(sum('busyNs'), window.elapsedMs),
    (who, value) => `${who} takes ${value}% of a CPU`,
  )

export const processWait: Measure = (window) =>
  ofProcesses(
    window,
    ({ sum }) => percentOver(sum('waitNs'), window.elapsedMs),
    (who, value) => `${who} waits for a CPU ${value}% of the time`,
  )

export const processMemory: Measure = (window) => {
  const memory = Math.max(1, lastOf(window, 'memoryBytes'))
  return ofProcesses(
    window,
    ({ last }) => (100 * numberIn(last, 'residentBytes')) / memory,
    (who, value) => `${who} has ${value}% of all memory`,
  )
}

export const zombies: Measure = (window) =>
  one(
    'zombies',
    lastOf(window, 'zombies'),
    at('tasks'),
    (value) => `${value} zombies: their parents do not ask how they ended`,
  )

/** Fewer say nothing. */
const LEAST_OPERATIONS = 10

const diskGoal = ({ disk }: Fields): Goal => ({ panel: 'disks', row: { key: String(disk) } })

export const diskBusy: Measure = (window) =>
  disksIn(window).map(({ last, sum }) => {
    const depth = sum('queuedNs') / (window.elapsedMs * 1e6)
    return {
      key: String(last.disk),
      value: percentOver(sum('busyNs'), window.elapsedMs),
      says: (value) => `${last.disk} ${value}% busy with ${depth.toFixed(1)} requests in it`,
      to: diskGoal(last),
    }
  })

export const diskWait: Measure = (window) =>
  disksIn(window).flatMap(({ last, sum }) =>
    (['read', 'write'] as const).flatMap((way): Measured[] => {
      const times = sum(`${way}s`)
      if (times < LEAST_OPERATIONS) return []
      const rateText = formatRate(perSecond(times, window.elapsedMs))
      return [
        {
          key: `${last.disk} ${way}`,
          value: sum(`${way}Ns`) / times,
          says: (value) => `${last.disk}: ${way}s take ${value} on average, at ${rateText}/s`,
          to: diskGoal(last),
        },
      ]
    }),
  )

export const memoryUsed: Measure = (window) => {
  const [total, available] = [lastOf(window, 'memoryBytes'), lastOf(window, 'availableBytes')]
  return total === 0
    ? []
    : one(
        'memory',
        100 - (100 * available) / total,
        { panel: 'memory' },
        (value) => `memory ${value}% in use, ${(available / 2 ** 20).toFixed(0)} MiB available`,
      )
}

export const swapUsed: Measure = (window) => {
  const [total, free] = [lastOf(window, 'swapBytes'), lastOf(window, 'swapFreeBytes')]
  return total === 0
    ? []
    : one('swap', 100 - (100 * free) / total, { panel: 'memory' }, (value) => `swap ${value}% in use`)
}

const nicGoal = ({ name }: Fields): Goal => at('nics', String(name))

export const linksUsed: Measure = (window) =>
  nicsIn(window).flatMap((row): Measured[] => {
    const value = linkUsed(row, window.elapsedMs)
    return value === undefined
      ? []
      : [
          {
            key: String(row.last.name),
            value,
            says: (text) => `${row.last.name}: ${text}% of its link used`,
            to: nicGoal(row.last),
          },
        ]
  })

export const linksUnknown = (window: Window): string | undefined =>
  nicsIn(window).some((row) => linkUsed(row, window.elapsedMs) !== undefined)
    ? undefined
    : 'no interface says how fast its link is'

export const nicErrors: Measure = (window) =>
  nicsIn(window).map(({ last, sum }) => ({
    key: String(last.name),
    value: perSecond(sum('errors') + sum('drops'), window.elapsedMs),
    says: () =>
      `${last.name}: ${formatRate(perSecond(sum('errors'), window.elapsedMs))} errors/s, ${formatRate(perSecond(sum('drops'), window.elapsedMs))} drops/s`,
    to: nicGoal(last),
  }))

const LEAST_SEGMENTS = 20

export const segmentsAgain: Measure = (window) => {
  const [again, sent] = [totalOf(window, 'retransmits'), totalOf(window, 'outSegments')]
  return one(
    'again',
    again < LEAST_SEGMENTS || sent === 0 ? 0 : (100 * again) / sent,
    { panel: 'tcp', sort: { column: 'retransmits', descending: true } },
    (value) => `${value}% of TCP segments sent again, ${formatRate(perSecond(again, window.elapsedMs))}/s`,
  )
}

export const connectsFailed: Measure = (window) =>
  one(
    'failed',
    perSecond(totalOf(window, 'attemptFails'), window.elapsedMs),
    { panel: 'tcp' },
    (value) => `${value} TCP connects/s fail`,
  )

export const tcpErrors: Measure = (window) =>
  one(
    'errors',
    perSecond(totalOf(window, 'inErrors'), window.elapsedMs),
    { panel: 'tcp' },
    (value) => `${value} TCP segments/s come in broken`,
  )
