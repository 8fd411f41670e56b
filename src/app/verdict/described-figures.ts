// Figures of the verdict from probes that describe themselves: their tables are read by the names of their columns, and
// one that a recording does not have measures nothing.
import type { TableCell } from '../../stream/tables.ts'
import { fieldsIn, numberIn, type Fields } from '../../model/tables/row-objects.ts'
import type { DescribedId } from '../../stream/probe-ids.ts'
import { inEach, orNone, percentOver, summed, type Goal, type Measured, type Window } from '../rule.ts'

type Tables = Window<DescribedId>
const total = ({ samples }: Tables, id: string): number | undefined =>
  samples.some(({ data }) => Object.hasOwn(data.totals, id))
    ? samples.reduce((sum, { data }) => sum + (data.totals[id] ?? 0), 0)
    : undefined

/** Rows of which something was counted. */
const rowsIn = (table: string, field: string) =>
  inEach<DescribedId, Fields>((data) => fieldsIn(data, table).filter((row) => numberIn(row, field) > 0))

const named = ({ comm, pid }: Fields): string => `${comm ?? ''} ${pid ?? ''}`.trim()

export const processGoal = (panel: string, { pid, comm }: Fields, mode: string): Goal => ({
  panel,
  mode,
  row: { key: String(pid), ...(typeof pid === 'number' ? { pid } : {}), ...(typeof comm === 'string' ? { comm } : {}) },
})

const ofTotal = (window: Tables, id: string, value: (sum: number) => number, says: Measured['says']) => {
  const sum = total(window, id)
  return sum === undefined ? [] : [{ key: id, value: value(sum), says, to: { panel: 'memory' } }]
}

export const memoryPressure = (window: Tables): Measured[] =>
  ofTotal(
    window,
    'someNs',
    (ns) => percentOver(ns, window.elapsedMs),
    (value) => `memory is short: something waited for it ${value}% of the time`,
  )

export const swappedIn = (window: Tables): Measured[] =>
  ofTotal(
    window,
    'swapInBytes',
    (bytes) => (1000 * bytes) / window.elapsedMs,
    (value) => `memory is short: ${value}/s come back from swap`,
  )

const reclaiming = rowsIn('procs', 'reclaimNs')

export const reclaim = (window: Tables): readonly Measured[] =>
  orNone(
    summed(
      reclaiming(window),
      ({ pid }) => String(pid),
      (row) => numberIn(row, 'reclaimNs'),
    ).map(({ key, last, sum }) => ({
      key,
      value: percentOver(sum, window.elapsedMs),
      says: (value) => `${named(last)}: ${value}% of the time freeing memory before it gets any`,
      to: processGoal('memory', last, 'processes'),
    })),
  )

export const oomKills = (window: Tables): Measured[] =>
  ofTotal(
    window,
    'oomKills',
    (kills) => kills,
    (value) => `out of memory: the kernel killed ${value} process${value === '1' ? '' : 'es'}`,
  )

const groupGoal = (cgroup: string): Goal => ({ panel: 'containers', row: { key: cgroup } })

const byGroup = (field: string, value: (sum: number, elapsedMs: number) => number, words: string) => {
  const rows = rowsIn('groups', field)
  return (window: Tables): readonly Measured[] =>
    orNone(
      summed(
        rows(window).filter(({ cgroup }) => cgroup !== '/'),
        ({ cgroup }) => String(cgroup),
        (row) => numberIn(row, field),
      ).map(({ key, last, sum }) => ({
        key,
        value: value(sum, window.elapsedMs),
        says: (text) => `group ${last.name ?? key}: ${words.replace('#', text)}`,
        to: groupGoal(key),
      })),
    )
}

export const groupMemory = byGroup('memoryPressureNs', percentOver, 'waits for memory #% of the time')

export const groupOom = byGroup('oomKills', (kills) => kills, '# of its processes killed at its memory limit')

const working = rowsIn('cpus', 'ns')

/** Softirqs and interrupts, each CPU for itself. */
export const kernelWork = (window: Tables): readonly Measured[] =>
  orNone(
    summed(
      working(window),
      ({ cpu, kind, name }) => `${cpu} ${kind} ${name}`,
      (row) => numberIn(row, 'ns'),
    ).map(({ key, last, sum }) => ({
      key,
      value: percentOver(sum, window.elapsedMs),
      says: (value) => `CPU ${last.cpu}: ${last.kind} ${last.name} takes ${value}% of it`,
      to: { panel: 'kernel', mode: 'cpus', row: { key } },
    })),
  )

/** Chains in which only locks are, and which close. */
export const deadlocks = ({ last }: Tables): Measured[] => {
  const closed = fieldsIn(last.data, 'chains').filter((row) => numberIn(row, 'closed') === 2)
  const first = closed[0]
  return [
    {
      key: 'deadlock',
      value: closed.length,
      says: () => deadlockText(fieldsIn(last.data, 'links'), closed),
      to: { panel: 'waits', mode: 'chains', row: { key: String(first?.tid) } },
    },
  ]
}

/** Of several the first, with how many threads are in it. */
const deadlockText = (links: readonly Fields[], closed: readonly Fields[]): string => {
  const first = closed[0]
  const count = circleFrom(links, first?.tid) ?? closed.length
  const others = count < closed.length ? `, and ${closed.length - count} in others` : ''
  return `deadlock of ${count} thread${count === 1 ? '' : 's'}${others}: ${first?.chain ?? ''}`
}

/** How many threads wait for each other, that one among them; a chain ends before a long circle does, and then others go on
 * with it. Undefined where it is not said of all of them. */
const circleFrom = (links: readonly Fields[], start: TableCell | undefined): number | undefined => {
  const next = new Map<TableCell | undefined, TableCell | undefined>()
  links.forEach((row, at) => {
    const after = links[at + 1]
    if (after && after.tid === row.tid && numberIn(row, 'closed') === 2) next.set(row.whoTid, after.whoTid)
  })
  const circle = new Set<TableCell>()
  for (let at = start; at !== undefined && !circle.has(at); at = next.get(at)) circle.add(at)
  return [...circle].some((each) => next.get(each) === start) ? circle.size : undefined
}
