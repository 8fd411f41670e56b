// New processes: every exec and exit with parent, arguments, life and end; a list of events, newest first. The proof
// that a bpftrace script fits the same stream, store and panel.
import { perSecond } from '../model/rates.ts'
import { recordsOf } from '../model/tables/row-objects.ts'
import { EXECSNOOP, type ExecEvent } from '../stream/specs/execsnoop.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { Column, Panel, Row } from './panel-types.ts'

const MOST_EVENTS = 500

const COLUMNS: readonly Column[] = [
  { id: 'age', title: 'AGO', kind: 'age', help: 'time passed since', priority: 1 },
  { id: 'event', title: 'EVENT', kind: 'text', help: 'exec or exit', priority: 3, width: 5 },
  { id: 'pid', title: 'PID', kind: 'id', help: 'process', priority: 2 },
  { id: 'ppid', title: 'PPID', kind: 'id', help: 'its parent', priority: 5 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the process', priority: 0, width: 10 },
  { id: 'life', title: 'LIFE', kind: 'duration', help: 'from start to exit', priority: 6 },
  { id: 'exit', title: 'EXIT', kind: 'text', help: 'exit code or signal', priority: 7, width: 6 },
  { id: 'args', title: 'ARGUMENTS', kind: 'text', help: 'command line', priority: 4, width: 12, grow: true },
]

export const execsnoop: Panel<'execsnoop'> = {
  id: 'exec',
  key: '6',
  title: 'new processes',
  question: 'What is started, by whom, and how does it end?',
  area: 'applications',
  method:
    'execsnoop.bt through bpftrace; runs only while this panel is shown, as bpftrace costs far more memory than the rest together.',
  probe: 'execsnoop',
  table: () => 'events',
  modes: [{ id: 'events', label: 'events' }],
  hists: () => undefined,
  columns: () => COLUMNS,
  defaultSort: () => ({ column: 'age', descending: false }),
  depth: 120,
  emptyText: () => 'no process started or ended',
  rows: (samples) => {
    const rows: Row[] = []
    for (let i = samples.length - 1; i >= 0 && rows.length < MOST_EVENTS; i--) {
      const events = eventsOf(samples[i]!.data)
      for (let j = events.length - 1; j >= 0 && rows.length < MOST_EVENTS; j--)
        rows.push({ ...eventRow(events[j]!, samples.at(-1)!.atMs), atMs: samples[i]!.atMs })
    }
    return rows
  },
  stats: (sample) => [
    { label: 'exec/s', kind: 'rate', value: rateOf(sample, 'exec') },
    { label: 'exit/s', kind: 'rate', value: rateOf(sample, 'exit') },
  ],
  trend: { label: 'execs per second', kind: 'rate', value: (sample) => rateOf(sample, 'exec') },
  notes: () => [],
}

export const eventsOf = ({ tables }: TablesData): readonly ExecEvent[] =>
  recordsOf(EXECSNOOP.tables.events, tables.events)

/** Of a selection: from the events listed. */
const rateOf = ({ data, intervalMs }: Sample<'execsnoop'>, kind: 'exec' | 'exit'): number =>
  perSecond(data.totals[`${kind}s`] ?? eventsOf(data).filter((event) => event.kind === kind).length, intervalMs)

const eventRow = (event: ExecEvent, shownMs: number): Row => ({
  key: `${event.atMs} ${event.pid} ${event.kind}`,
  ...(event.pid === null ? {} : { pid: event.pid }),
  cells: [
    event.atMs === null ? undefined : Math.max(0, shownMs - event.atMs),
    event.kind ?? undefined,
    event.pid ?? undefined,
    event.ppid ?? undefined,
    event.comm ?? undefined,
    event.lifeNs ?? undefined,
    ending(event),
    event.args ?? undefined,
  ],
  ...(event.kind === 'exit' ? { role: event.signal || event.exitCode ? ('warn' as const) : ('dim' as const) } : {}),
})

const ending = ({ kind, signal, exitCode }: ExecEvent): string | undefined =>
  kind === 'exec' ? undefined : signal ? `sig ${signal}` : exitCode === null ? undefined : String(exitCode)
