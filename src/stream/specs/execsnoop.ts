// What the probe of new processes gives: each program that was run, each process that ended. The functions
// that its panel has besides are in panels/execsnoop.ts.
import { COMM, PID } from '../fields.ts'
import type { ColumnSpec, ProbeSpec, RowOf } from '../spec.ts'

export const EVENTS = [
  { id: 'age', title: 'AGO', help: 'time passed since', value: { named: 'age', as: 'ms' }, priority: 1 },
  { id: 'event', title: 'EVENT', help: 'exec or exit', value: { value: 'kind' }, priority: 3, width: 5 },
  { id: 'pid', title: 'PID', help: 'process', value: { value: 'pid' }, priority: 2 },
  { id: 'ppid', title: 'PPID', help: 'its parent', value: { value: 'ppid' }, priority: 5 },
  { id: 'command', title: 'COMMAND', help: 'name of the process', value: { value: 'comm' }, priority: 0, width: 10 },
  { id: 'life', title: 'LIFE', help: 'from start to exit', value: { value: 'lifeNs' }, priority: 6 },
  {
    id: 'exit',
    title: 'EXIT',
    help: 'exit code or signal',
    value: { named: 'ending', as: 'text' },
    priority: 7,
    width: 6,
  },
  {
    id: 'args',
    title: 'ARGUMENTS',
    help: 'command line',
    value: { value: 'args' },
    priority: 4,
    width: 12,
    grow: true,
  },
] as const satisfies readonly ColumnSpec[]

export const EXECSNOOP = {
  id: 'execsnoop',
  kind: 'bpftrace',
  hooks: [],
  options: [],
  cheaper: [{ is: 'counted', gives: 'processes that live at the end of an interval; not how others ended' }],
  tables: {
    events: [
      // on the stream's clock
      { id: 'atMs', unit: 'ms', kind: 'label' },
      // `exec` or `exit`
      { id: 'kind', unit: 'text', kind: 'label' },
      // what concerns a process is what it does and what it starts
      PID,
      { id: 'ppid', unit: 'id', kind: 'label', dim: 'pid' },
      COMM,
      // of an exec: the command line, words joined by blanks
      { id: 'args', unit: 'text', kind: 'label' },
      // of an exit: the life of the process, where its exec or fork was seen, and how it ended
      { id: 'lifeNs', unit: 'ns', kind: 'gauge' },
      { id: 'exitCode', unit: 'id', kind: 'label' },
      { id: 'signal', unit: 'id', kind: 'label' },
    ],
  },
  lasting: ['events'],
  totals: [
    { id: 'execs', unit: 'count', kind: 'counter' },
    { id: 'exits', unit: 'count', kind: 'counter' },
  ],
  loss: { events: 'events', why: 'bpftrace could not hand them over in time', of: ['events'], uncounted: true },
  panels: [
    {
      id: 'exec',
      key: '6',
      title: 'new processes',
      question: 'What is started, by whom, and how does it end?',
      howToRead:
        'execsnoop.bt through bpftrace; runs only while this panel is shown, as bpftrace costs far more memory than the rest together.',
      area: 'applications',
      trend: { label: 'execs per second', value: { perSecond: 'execs' } },
      tabs: [
        {
          id: 'events',
          label: 'events',
          table: 'events',
          key: ['atMs', 'pid', 'kind'],
          events: true,
          sort: { column: 'age', descending: false },
          figures: [
            { label: 'exec/s', value: { perSecond: 'execs' } },
            { label: 'exit/s', value: { perSecond: 'exits' } },
          ],
          columns: EVENTS,
        },
      ],
    },
  ],
} as const satisfies ProbeSpec

export type ExecEvent = RowOf<typeof EXECSNOOP.tables.events>
