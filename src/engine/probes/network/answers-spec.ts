// What the probe of the network says of answers: who gave them, or waited for them, and for how long.
import { COMM, PID } from '../../../stream/fields.ts'
import type { ColumnSpec, TabSpec } from '../../../stream/spec.ts'

export const PID_COLUMN: ColumnSpec = { id: 'pid', title: 'PID', help: 'process', value: { value: 'pid' }, priority: 2 }
export const COMMAND: ColumnSpec = {
  id: 'command',
  title: 'COMMAND',
  help: 'name of the process',
  value: { value: 'comm' },
  priority: 0,
  width: 8,
}

export const ANSWERS = [
  PID,
  COMM,
  // address and port that were asked, or the port that serves
  { id: 'service', unit: 'text', kind: 'label' },
  { id: 'port', unit: 'id', kind: 'label', dim: 'port' },
  { id: 'peer', unit: 'text', kind: 'label', dim: 'peer' },
  { id: 'count', unit: 'count', kind: 'counter' },
  { id: 'ns', unit: 'ns', kind: 'counter' },
  { id: 'maxNs', unit: 'ns', kind: 'gauge' },
  // sessions of which the first byte was seen, and time since they were established
  { id: 'firsts', unit: 'count', kind: 'counter' },
  { id: 'firstNs', unit: 'ns', kind: 'counter' },
  { id: 'latency', unit: 'ns', kind: 'histogram' },
] as const

export const answersTab = (id: 'served' | 'asked', label: string, what: string, first: string): TabSpec => ({
  id,
  label,
  table: id,
  key: ['pid', 'service'],
  hists: [id],
  sort: { column: 'time', descending: true },
  figures: [{ label: 'answers/s', value: { perSecond: `${id}.count` } }],
  columns: [
    PID_COLUMN,
    COMMAND,
    {
      id: 'service',
      title: id === 'served' ? 'SERVES' : 'ASKS',
      help: id === 'served' ? 'port that it serves' : 'address and port that it asks',
      value: { value: 'service' },
      priority: 1,
      width: 12,
      grow: true,
    },
    { id: 'rate', title: 'ANSWERS/s', help: 'answers, per second', value: { perSecond: 'count' }, priority: 3 },
    { id: 'mean', title: 'MEAN', help: `mean time ${what}`, value: { ratio: ['ns', 'count'] }, priority: 4 },
    { id: 'p99', title: 'P99', help: `99th percentile of that`, value: { percentile: 'latency', p: 99 }, priority: 6 },
    { id: 'max', title: 'MAX', help: 'the longest of them', value: { value: 'maxNs' }, priority: 5 },
    { id: 'time', title: 'TIME%', help: `time ${what} in all, of clock time`, value: { timeShare: 'ns' }, priority: 7 },
    { id: 'first', title: 'FIRST', help: first, value: { ratio: ['firstNs', 'firsts'] }, priority: 8 },
  ],
})
