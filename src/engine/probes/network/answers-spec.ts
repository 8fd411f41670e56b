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

export const CONNECTIONS = [
  // socket cookie, decimal
  { id: 'id', unit: 'text', kind: 'label' },
  PID,
  COMM,
  // `serves` or `asks`
  { id: 'side', unit: 'text', kind: 'label' },
  { id: 'local', unit: 'text', kind: 'label' },
  { id: 'remote', unit: 'text', kind: 'label' },
  { id: 'port', unit: 'id', kind: 'label', dim: 'port' },
  { id: 'peer', unit: 'text', kind: 'label', dim: 'peer' },
  { id: 'count', unit: 'count', kind: 'counter' },
  { id: 'ns', unit: 'ns', kind: 'counter' },
  { id: 'maxNs', unit: 'ns', kind: 'gauge' },
  // since it was established
  { id: 'firstInNs', unit: 'ns', kind: 'gauge' },
  { id: 'firstOutNs', unit: 'ns', kind: 'gauge' },
  // an answer is owed for so long
  { id: 'owedNs', unit: 'ns', kind: 'gauge' },
] as const

export const CONNECTIONS_TAB: TabSpec = {
  id: 'connections',
  label: 'answers by connection',
  table: 'connections',
  key: ['id'],
  sort: { column: 'time', descending: true },
  figures: [{ label: 'answers/s', value: { perSecond: 'connections.count' } }],
  columns: [
    PID_COLUMN,
    COMMAND,
    {
      id: 'side',
      title: 'SIDE',
      help: 'serves: time is from the last byte in until it sends; asks: from its last sending until the first byte in',
      value: { value: 'side' },
      priority: 1,
      width: 6,
    },
    {
      id: 'local',
      title: 'LOCAL',
      help: 'own address and port',
      value: { value: 'local' },
      priority: 6,
      width: 14,
      grow: true,
    },
    {
      id: 'remote',
      title: 'REMOTE',
      help: 'address and port of the peer',
      value: { value: 'remote' },
      priority: 2,
      width: 14,
      grow: true,
    },
    { id: 'rate', title: 'ANSWERS/s', help: 'answers, per second', value: { perSecond: 'count' }, priority: 5 },
    { id: 'mean', title: 'MEAN', help: 'mean time of one', value: { ratio: ['ns', 'count'] }, priority: 3 },
    { id: 'max', title: 'MAX', help: 'the longest', value: { value: 'maxNs' }, priority: 4 },
    { id: 'time', title: 'TIME%', help: 'time of all of them, of clock time', value: { timeShare: 'ns' }, priority: 7 },
    {
      id: 'owed',
      title: 'OWED FOR',
      help: 'an answer is waited for, for so long',
      value: { value: 'owedNs' },
      priority: 3,
    },
    {
      id: 'firstIn',
      title: 'FIRST IN',
      help: 'from being established until the first byte came in',
      value: { value: 'firstInNs' },
      priority: 8,
    },
    {
      id: 'firstOut',
      title: 'FIRST OUT',
      help: 'from being established until it first sent',
      value: { value: 'firstOutNs' },
      priority: 8,
    },
  ],
}
