// The panel of system calls: which are made how often, by whom, and which fail.
import type { ColumnSpec, FigureSpec, PanelSpec } from '../spec.ts'

export const CALLS = [
  {
    id: 'call',
    title: 'CALL',
    help: 'system call; /32 for 32-bit callers',
    value: { value: 'name' },
    priority: 0,
    width: 10,
    grow: true,
  },
  { id: 'rate', title: 'CALLS/s', help: 'calls, per second', value: { perSecond: 'count' }, priority: 1 },
  { id: 'share', title: 'SHARE%', help: 'part of all calls', value: { shareOfTotal: 'count' }, priority: 2, bar: true },
  {
    id: 'errors',
    title: 'ERR/s',
    help: 'calls that failed, per second',
    value: { perSecond: 'errors' },
    priority: 3,
    detail: true,
  },
  {
    id: 'errno',
    title: 'ERRNO',
    help: 'most frequent error',
    value: { named: 'errno', as: 'text' },
    priority: 6,
    width: 8,
    detail: true,
  },
  {
    id: 'p50',
    title: 'P50',
    help: 'median latency',
    value: { percentile: 'latency', p: 50 },
    priority: 5,
    detail: true,
  },
  {
    id: 'p99',
    title: 'P99',
    help: '99th percentile of latency, from 100 calls on',
    value: { percentile: 'latency', p: 99 },
    priority: 4,
    detail: true,
  },
  { id: 'max', title: 'MAX', help: 'slowest', value: { percentile: 'latency', p: 100 }, priority: 7, detail: true },
  {
    id: 'restarted',
    title: 'RESTART/s',
    help: 'interrupted by a signal and made again (or EINTR, as the handler wants it), per second; no errors',
    value: { perSecond: 'restarted' },
    priority: 8,
    detail: true,
  },
] as const satisfies readonly ColumnSpec[]

export const PROCESSES = [
  { id: 'pid', title: 'PID', help: 'process', value: { value: 'pid' }, priority: 2 },
  {
    id: 'command',
    title: 'COMMAND',
    help: 'name of the process',
    value: { value: 'comm' },
    priority: 0,
    width: 8,
    grow: true,
  },
  { id: 'rate', title: 'CALLS/s', help: 'calls, per second', value: { perSecond: 'count' }, priority: 1 },
  { id: 'share', title: 'SHARE%', help: 'part of all calls', value: { shareOfTotal: 'count' }, priority: 3, bar: true },
  {
    id: 'errors',
    title: 'ERR/s',
    help: 'calls that failed, per second',
    value: { perSecond: 'errors' },
    priority: 4,
    detail: true,
  },
  {
    id: 'top',
    title: 'TOP CALLS',
    help: 'its most frequent calls',
    value: { named: 'top', as: 'text' },
    priority: 5,
    width: 16,
    detail: true,
  },
] as const satisfies readonly ColumnSpec[]

const FIGURES = [
  { label: 'calls/s', value: { perSecond: 'calls' } },
  { label: 'distinct', value: { named: 'distinct', as: 'count' } },
] as const satisfies readonly FigureSpec[]

export const SYSCALLS_PANEL = {
  id: 'syscalls',
  key: '5',
  title: 'system calls',
  question: 'Which calls are made how often, by whom, and which fail?',
  howToRead:
    'Every call counted at entry; errors and latency (entry to exit) only while this panel fills the screen or a process is looked at.',
  area: 'applications',
  bothTabs: ['processes', 'calls'],
  heatBits: [8, 34],
  trend: { label: 'calls per second', value: { perSecond: 'calls' } },
  tabs: [
    {
      id: 'calls',
      label: 'by call',
      table: 'calls',
      key: ['name'],
      hists: ['latency'],
      sort: { column: 'rate', descending: true },
      figures: FIGURES,
      columns: CALLS,
    },
    {
      id: 'processes',
      label: 'by process',
      table: 'procs',
      key: ['pid'],
      hists: ['latency'],
      sort: { column: 'rate', descending: true },
      figures: FIGURES,
      columns: PROCESSES,
    },
  ],
} as const satisfies PanelSpec
