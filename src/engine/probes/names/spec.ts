// Names that programs look up, and how long it takes: its table and its panel.
import { COMM, PID } from '../../../stream/fields.ts'
import type { ProbeSpec } from '../../../stream/spec.ts'

export const NAMES = {
  id: 'names',
  kind: 'core',
  // none of the kernel's: functions of C libraries. There is no thinner way to watch them: the kernel counts no lookups, what
  // one costs is the trap into it, whatever the program does then, and a part of the time would miss the slow ones, which are
  // few and what one looks for
  hooks: [],
  options: [],
  tables: {
    lookups: [
      PID,
      COMM,
      { id: 'name', unit: 'text', kind: 'label' },
      // `glibc` or `musl`
      { id: 'library', unit: 'text', kind: 'label' },
      // in words; of those that go on `goes on`
      { id: 'result', unit: 'text', kind: 'label' },
      { id: 'count', unit: 'count', kind: 'counter' },
      { id: 'failed', unit: 'count', kind: 'counter' },
      { id: 'ns', unit: 'ns', kind: 'counter' },
      { id: 'maxNs', unit: 'ns', kind: 'gauge' },
      { id: 'latency', unit: 'ns', kind: 'histogram' },
    ],
  },
  totals: [{ id: 'libraries', unit: 'count', kind: 'gauge' }],
  hists: [{ id: 'lookups', unit: 'ns', parts: 'lookups.latency' }],
  panels: [
    {
      id: 'names',
      title: 'names looked up',
      area: 'network',
      question: 'Which names are looked up, by whom, and how long does it take?',
      howToRead:
        'What getaddrinfo() of glibc and musl is asked for, on this machine and in containers. Some ms are a name server; 5 s and more are one that does not answer. Not seen: programs that are linked statically or have a resolver of their own (Go), and libraries that others than root own, or that are not where distributions have them. While this is shown a lookup takes some microseconds more; where there are so many that this costs too much the panel pauses, as the kernel itself does not count them.',
      heatBits: [10, 36],
      tabs: [
        {
          id: 'lookups',
          label: 'lookups',
          table: 'lookups',
          key: ['pid', 'name', 'library', 'result'],
          hists: ['lookups'],
          sort: { column: 'max', descending: true },
          figures: [
            { label: 'failed/s', value: { perSecond: 'lookups.failed' }, thresholds: { warn: 1 } },
            { label: 'C libraries', value: { value: 'libraries' } },
          ],
          columns: [
            { id: 'pid', title: 'PID', help: 'process', value: { value: 'pid' }, priority: 5 },
            { id: 'command', title: 'COMMAND', help: 'its name', value: { value: 'comm' }, priority: 1, width: 10 },
            {
              id: 'name',
              title: 'NAME',
              help: 'that is looked up',
              value: { value: 'name' },
              priority: 0,
              width: 16,
              grow: true,
            },
            {
              id: 'result',
              title: 'RESULT',
              help: 'found, or why not; goes on: it is looked for since MAX',
              value: { value: 'result' },
              priority: 2,
              width: 12,
            },
            { id: 'rate', title: 'LOOKUPS/s', help: 'per second', value: { perSecond: 'count' }, priority: 4 },
            { id: 'mean', title: 'MEAN', help: 'mean time', value: { ratio: ['ns', 'count'] }, priority: 6 },
            {
              id: 'p99',
              title: 'P99',
              help: '99th percentile of that',
              value: { percentile: 'latency', p: 99 },
              priority: 8,
            },
            { id: 'max', title: 'MAX', help: 'the longest', value: { value: 'maxNs' }, priority: 3 },
            { id: 'time', title: 'TIME%', help: 'time in all, of clock time', value: { timeShare: 'ns' }, priority: 7 },
            { id: 'library', title: 'LIBC', help: 'glibc or musl', value: { value: 'library' }, priority: 9, width: 5 },
          ],
        },
      ],
    },
  ],
} as const satisfies ProbeSpec
