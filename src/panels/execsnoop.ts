// New processes: every exec and exit with parent, arguments, life and end; a list of events, newest first. The proof
// that a bpftrace script fits the same stream, store and panel. What it shows is in stream/specs/execsnoop.ts.
import { recordsOf } from '../model/tables/row-objects.ts'
import { EVENTS, EXECSNOOP, type ExecEvent } from '../stream/specs/execsnoop.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Sample } from '../stream/stream-types.ts'
import { cellsIn } from './lazy-row.ts'
import { cellsFor } from './own-cells.ts'
import { ownPanel } from './own-panel.ts'
import type { Row } from './panel-types.ts'

const MOST_EVENTS = 500

const ending = ({ kind, signal, exitCode }: ExecEvent): string | undefined =>
  kind === 'exec' ? undefined : signal ? `sig ${signal}` : exitCode === null ? undefined : String(exitCode)

const CELLS = cellsFor<ExecEvent>(EVENTS, {
  age: ({ atMs }, _, shownMs) => (atMs === null ? undefined : Math.max(0, shownMs - atMs)),
  ending,
})

export const execsnoop = ownPanel<'execsnoop'>(EXECSNOOP, 'exec', {
  depth: 120,
  emptyText: () => 'no process started or ended',
  rows: (samples) => {
    const shown = samples.at(-1)
    if (!shown) return []
    const cells = cellsIn(CELLS, shown, { detail: true })
    const rows: Row[] = []
    for (let i = samples.length - 1; i >= 0 && rows.length < MOST_EVENTS; i--) {
      const events = eventsOf(samples[i]!.data)
      for (let j = events.length - 1; j >= 0 && rows.length < MOST_EVENTS; j--)
        rows.push({ ...eventRow(events[j]!), cells: cells(events[j]!), atMs: samples[i]!.atMs })
    }
    return rows
  },
  // of a selection: from the events listed
  figures: { execs: (sample) => countOf(sample, 'exec'), exits: (sample) => countOf(sample, 'exit') },
})

export const eventsOf = ({ tables }: TablesData): readonly ExecEvent[] =>
  recordsOf(EXECSNOOP.tables.events, tables.events)

const countOf = ({ data }: Sample<'execsnoop'>, kind: 'exec' | 'exit'): number =>
  eventsOf(data).filter((event) => event.kind === kind).length

const eventRow = (event: ExecEvent): Omit<Row, 'cells'> => ({
  key: `${event.atMs} ${event.pid} ${event.kind}`,
  ...(event.pid === null ? {} : { pid: event.pid }),
  ...(event.kind === 'exit' ? { role: event.signal || event.exitCode ? ('warn' as const) : ('dim' as const) } : {}),
})
