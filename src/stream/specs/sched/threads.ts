// The panel of threads: what each thread of the selection does, and has been doing.
import type { ColumnSpec, PanelSpec } from '../../spec.ts'
import { CLASSES_TEXT } from '../../time-classes.ts'

export const THREADS = [
  { id: 'tid', title: 'TID', help: 'thread', value: { named: 'tid', as: 'id' }, priority: 1 },
  { id: 'pid', title: 'PID', help: 'its process', value: { value: 'pid' }, priority: 11, detail: true },
  {
    id: 'command',
    title: 'NAME',
    help: 'name of the thread',
    value: { value: 'comm' },
    priority: 0,
    width: 8,
    grow: true,
  },
  { id: 'cpu', title: 'CPU%', help: 'time on CPU, of clock time', value: { timeShare: 'onCpuNs' }, priority: 2 },
  { id: 'wait', title: 'WAIT%', help: 'waited for a CPU', value: { timeShare: 'waitNs' }, priority: 3 },
  {
    id: 'max',
    title: 'MAX',
    help: 'longest single wait for a CPU',
    value: { named: 'longest', as: 'ns' },
    priority: 8,
  },
  {
    id: 'disk',
    title: 'D%',
    help: 'uninterruptible: disk, page faults, locks in the kernel',
    value: { timeShare: 'uninterruptibleNs' },
    priority: 4,
  },
  {
    id: 'preempted',
    title: 'PREE%',
    help: 'the part of WAIT after being preempted',
    value: { timeShare: 'preemptedNs' },
    priority: 9,
  },
  {
    id: 'throttled',
    title: 'THROT%',
    help: 'could run, but the CPU quota of its control group was used up',
    value: { named: 'throttled', as: 'percent' },
    priority: 12,
  },
  {
    id: 'held',
    title: 'HELD%',
    help: 'stopped, traced or frozen',
    value: { named: 'held', as: 'percent' },
    priority: 13,
  },
  { id: 'sleep', title: 'SLEEP%', help: 'sleeping (interruptible)', value: { timeShare: 'sleepNs' }, priority: 7 },
  {
    id: 'switches',
    title: 'SWITCH/s',
    help: 'context switches, per second',
    value: { perSecond: 'switches' },
    priority: 10,
  },
  {
    id: 'call',
    title: 'BLOCKED IN',
    help: 'system call with most blocked time, uninterruptible ones first; or what holds it: CPU quota, I/O limit, writeback throttle, stopped, traced, frozen',
    value: { named: 'call', as: 'text' },
    priority: 5,
    width: 12,
  },
  {
    id: 'states',
    title: 'STATE',
    help: `what it did in each interval, newest right; a capital: at least half of it, small: less, and the rest of it in several or at rest. ${CLASSES_TEXT}`,
    value: { named: 'states', as: 'states' },
    priority: 6,
    width: 8,
    grow: true,
  },
] as const satisfies readonly ColumnSpec[]

export const THREADS_PANEL = {
  id: 'threads',
  key: '7',
  title: 'threads',
  question: 'What does each thread of the selection do, and since when?',
  howToRead:
    'The sums of the run queue and off-CPU panels for each thread of what is selected; the kernel is asked for them only then.',
  area: 'CPU',
  ofSelection: true,
  isOffered: true,
  beside: 'waits',
  tabs: [
    {
      id: 'all',
      label: 'all threads',
      table: 'threads',
      key: ['tid'],
      threadName: 'comm',
      sort: { column: 'cpu', descending: true },
      figures: [
        { label: 'threads', value: { named: 'threads', as: 'count' } },
        { label: 'on CPU%', value: { named: 'onCpu', as: 'percent' } },
        { label: 'stuck%', value: { named: 'stuck', as: 'percent' } },
      ],
      columns: THREADS,
    },
  ],
} as const satisfies PanelSpec
