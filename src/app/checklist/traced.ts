// Figures of the rules of the bcc checklist: from scripts that come with probetop, whose columns are found by their
// headings, and from panels, whose columns are found by their names.
import { group } from 'd3-array'
import { perSecond } from '../../model/base/rates.ts'
import { fieldsIn, numberIn, type Fields } from '../../model/tables/row-objects.ts'
import { blockProcsOf } from '../../model/block.ts'
import { eventsOf as execsOf } from '../../panels/execsnoop.ts'
import { formatRate } from '../format.ts'
import { most, rowOf, summed, type Measured, type Window } from '../rule.ts'
import { totalOf } from './gathered.ts'

/** Rows of a script's events, by the headings of their columns. */
const eventsOf = ({ samples, view }: Window): Fields[] => {
  const tab = view.store.spec(samples[0]!.probe)?.panels[0]?.tabs.find(({ events }) => events)
  if (!tab) return []
  const titles = tab.columns.flatMap(({ title, value }) => ('value' in value ? [[title, value.value] as const] : []))
  return samples.flatMap((sample) =>
    fieldsIn(sample.data, tab.table).map((row) =>
      Object.fromEntries(titles.map(([title, id]) => [title, row[id] ?? null])),
    ),
  )
}

/** Lines that were lost are taken to be of those that were kept, in their shares. */
const byProcess = (
  window: Window,
  rows: readonly Fields[],
  says: (who: string, rate: string, rows: readonly Fields[]) => string,
): Measured[] => {
  const { probe } = window.last
  const lost = window.samples.reduce((sum, sample) => sum + sample.lost, 0)
  const times = lost === 0 ? 1 : 1 + lost / Math.max(1, eventsOf(window).length)
  return [...group(rows, ({ PID }) => String(PID))].map(([key, own]) => ({
    key,
    value: perSecond(own.length * times, window.elapsedMs),
    says: (value) => says(`${own[0]!.COMM} ${key}`, lost === 0 ? value : `about ${value}`, own),
    to: { panel: probe },
  }))
}

export const opens = (window: Window): Measured[] =>
  byProcess(
    window,
    eventsOf(window),
    (who, value, rows) => `${who} opens ${value} files/s, the last ${rows.at(-1)!.PATH}`,
  )

export const opensFailed = (window: Window): Measured[] =>
  byProcess(
    window,
    eventsOf(window).filter((row) => numberIn(row, 'ERR') > 0),
    (who, value, rows) =>
      `${who} cannot open ${value} files/s, the last ${rows.at(-1)!.PATH} (error ${rows.at(-1)!.ERR})`,
  )

export const slowFiles = (window: Window): Measured[] =>
  byProcess(
    window,
    eventsOf(window),
    (who, value, rows) => `${who}: ${value} slow file calls/s, the last ${rows.at(-1)!.CALL} of ${rows.at(-1)!.FILE}`,
  )

export const execs = (window: Window): Measured[] => {
  const events = window.samples.flatMap(({ data }) => execsOf(data)).filter(({ kind }) => kind === 'exec')
  const parent = most([...group(events, ({ ppid }) => ppid)], ([, own]) => own.length)
  const [pid, own] = parent ?? []
  const comm = window.view.directory().find(pid ?? 0)?.comm ?? 'process'
  const by = own ? `, most by ${comm} ${pid}, the last ${own.at(-1)!.args || own.at(-1)!.comm}` : ''
  const says = (value: string): string => `${value} programs/s are started${by}`
  return [{ key: 'execs', value: perSecond(totalOf(window, 'execs'), window.elapsedMs), says, to: { panel: 'exec' } }]
}

/** Of each process the slowest. */
export const slowIo = ({ samples }: Window): Measured[] => {
  const procs = samples.flatMap(({ data }) => blockProcsOf(data)).filter(({ latencyMaxNs }) => latencyMaxNs !== null)
  return [...group(procs, ({ pid }) => pid)].map(([pid, own]) => {
    const { comm } = own.at(-1)!
    return {
      key: String(pid),
      value: Math.max(...own.map(({ latencyMaxNs }) => latencyMaxNs!)),
      says: (text) => `${comm ?? 'somebody'} ${pid ?? ''}: an I/O took ${text}`,
      to: {
        panel: 'block',
        mode: 'processes',
        sort: { column: 'max', descending: true },
        row: rowOf(String(pid), { pid, comm }),
      },
    }
  })
}

/** Maps of scripts: keys are k0, k1 …, what was added is n. */
const byKey = ({ samples }: Window, table: string, key: string) =>
  summed(
    samples.flatMap(({ data }) => fieldsIn(data, table)),
    (row) => String(row[key]),
    (row) => numberIn(row, 'n'),
  )

export const evictions = (window: Window): Measured[] => {
  const rateOf = (rows: readonly { sum: number }[]): number =>
    perSecond(
      rows.reduce((all, { sum }) => all + sum, 0),
      window.elapsedMs,
    )
  const all = byKey(window, 'm1', 'k0')
  const by =
    most(
      all.filter(({ sum }) => sum > 0),
      ({ sum }) => sum,
    )?.key ?? 'nobody'
  const added = rateOf(byKey(window, 'm0', 'k1'))
  const says = (text: string): string =>
    `${text} pages/s leave the page cache (thrown out or deleted), most by ${by}; ${formatRate(added)}/s come in`
  return [{ key: 'evictions', value: rateOf(all), says, to: { panel: window.last.probe } }]
}

const HZ = 49

export const onCpu = (window: Window): Measured[] =>
  byKey(window, 'm0', 'k1').map(({ key, sum, last }) => ({
    key,
    value: (100 * perSecond(sum, window.elapsedMs)) / HZ,
    says: (value) => `${last.k0} ${key} is on a CPU in ${value}% of the samples`,
    to: { panel: window.last.probe },
  }))
