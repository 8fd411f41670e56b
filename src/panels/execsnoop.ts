// New processes: every exec and exit with parent, arguments, life and end; a list of events, newest first. The proof
// that a bpftrace script fits the same stream, store and panel.
import { perSecond } from '../model/rates.ts'
import type { ExecEvent } from '../stream/types.ts'
import type { Column, Panel, Row } from './types.ts'

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
  method:
    'execsnoop.bt through bpftrace; runs only while this panel is shown, as bpftrace costs far more memory than the rest together.',
  probe: 'execsnoop',
  modes: [{ id: 'events', label: 'events' }],
  hists: () => undefined,
  columns: () => COLUMNS,
  defaultSort: () => ({ column: 'age', descending: false }),
  depth: 120,
  rows: (samples) => {
    const shownMs = samples.at(-1)?.atMs ?? 0
    const rows: Row[] = []
    for (let i = samples.length - 1; i >= 0 && rows.length < MOST_EVENTS; i--) {
      const { events } = samples[i]!.data
      for (let j = events.length - 1; j >= 0 && rows.length < MOST_EVENTS; j--) rows.push(eventRow(events[j]!, shownMs))
    }
    return rows
  },
  stats: ({ data, intervalMs }) => [
    { label: 'exec/s', kind: 'rate', value: perSecond(data.execs, intervalMs) },
    { label: 'exit/s', kind: 'rate', value: perSecond(data.exits, intervalMs) },
  ],
  trend: {
    label: 'execs per second',
    kind: 'rate',
    value: ({ data, intervalMs }) => perSecond(data.execs, intervalMs),
  },
  notes: () => [],
}

const eventRow = (event: ExecEvent, shownMs: number): Row => ({
  key: `${event.atMs} ${event.pid} ${event.kind}`,
  pid: event.pid,
  cells: [
    Math.max(0, shownMs - event.atMs),
    event.kind,
    event.pid,
    event.ppid,
    event.comm,
    event.lifeMs === undefined ? undefined : event.lifeMs * 1e6,
    ending(event),
    event.args,
  ],
  ...(event.kind === 'exit' ? { role: event.signal || event.exitCode ? ('warn' as const) : ('dim' as const) } : {}),
})

const ending = ({ kind, signal, exitCode }: ExecEvent): string | undefined =>
  kind === 'exec' ? undefined : signal ? `sig ${signal}` : exitCode === undefined ? undefined : String(exitCode)
