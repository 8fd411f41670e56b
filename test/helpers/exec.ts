// The tables of the probe of new processes, from events of which only what matters is given.
import { tableOf } from '../../src/stream/spec.ts'
import { EXECSNOOP, type ExecEvent } from '../../src/stream/specs/execsnoop.ts'
import type { TablesData } from '../../src/stream/tables.ts'

const NO_EVENT: ExecEvent = {
  atMs: null,
  kind: null,
  pid: null,
  ppid: null,
  comm: null,
  args: null,
  lifeNs: null,
  exitCode: null,
  signal: null,
}

export const execTables = (
  events: readonly Partial<ExecEvent>[] = [],
  count = (kind: string): number => events.filter((event) => event.kind === kind).length,
): TablesData => ({
  tables: {
    events: tableOf(
      EXECSNOOP.tables.events,
      events.map((event) => ({ ...NO_EVENT, ...event })),
    ),
  },
  hists: {},
  totals: { execs: count('exec'), exits: count('exit') },
})
