// The off-CPU panel: who is blocked, in which state and in which call. Each tab is the same table, sorted by a state.
import type { ColumnSpec, PanelSpec, TabSpec } from '../../spec.ts'

export const BLOCKED = [
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
  {
    id: 'stuck',
    title: 'STUCK%',
    help: 'uninterruptible, preempted and throttled together, of clock time',
    value: { timeShare: ['uninterruptibleNs', 'preemptedNs', 'throttledNs'] },
    priority: 1,
    rule: 'uninterruptible',
    bar: true,
  },
  {
    id: 'disk',
    title: 'D%',
    help: 'uninterruptible: disk, page faults, locks in the kernel',
    value: { timeShare: 'uninterruptibleNs' },
    priority: 5,
    rule: 'uninterruptible',
  },
  {
    id: 'preempted',
    title: 'PREE%',
    help: 'could run but was preempted',
    value: { timeShare: 'preemptedNs' },
    priority: 6,
  },
  {
    id: 'throttled',
    title: 'THROT%',
    help: 'could run, but the CPU quota of its control group was used up',
    value: { named: 'throttled', as: 'percent' },
    priority: 10,
    rule: 'cpu-quota',
  },
  {
    id: 'held',
    title: 'HELD%',
    help: 'stopped, traced or frozen',
    value: { named: 'held', as: 'percent' },
    priority: 11,
  },
  {
    id: 'sleep',
    title: 'SLEEP%',
    help: 'sleeping (interruptible), all threads',
    value: { timeShare: 'sleepNs' },
    priority: 4,
  },
  {
    id: 'call',
    title: 'BLOCKED IN',
    help: 'system call with most blocked time, uninterruptible ones first; or what holds it: preempted, CPU quota, I/O limit, writeback throttle, stopped, traced, frozen',
    value: { named: 'call', as: 'text' },
    priority: 3,
    width: 12,
  },
  {
    id: 'callTime',
    title: 'CALL%',
    help: 'time blocked in that call',
    value: { named: 'callTime', as: 'percent' },
    priority: 7,
  },
  {
    id: 'blocked',
    title: 'BLOCK%',
    help: 'neither on a CPU nor waiting for one, in whatever state, all threads',
    value: { named: 'blocked', as: 'percent' },
    priority: 12,
  },
  { id: 'cpu', title: 'CPU%', help: 'time on CPU', value: { timeShare: 'onCpuNs' }, priority: 8, detail: true },
  {
    id: 'threads',
    title: 'THR',
    help: 'threads with activity in the interval',
    value: { value: 'threads' },
    priority: 9,
    detail: true,
  },
] as const satisfies readonly ColumnSpec[]

const tab = <const Tab extends Pick<TabSpec, 'id' | 'label' | 'hists'>>(of: Tab, column: string) => ({
  ...of,
  table: 'procs',
  about: ['uninterruptibleNs'],
  key: ['pid', 'startedMs'],
  sort: { column, descending: true },
  columns: BLOCKED,
})

export const OFFCPU = {
  id: 'offcpu',
  key: '2',
  title: 'off-CPU',
  question: 'Who is blocked, in which state and in which system call?',
  howToRead:
    'Time from being switched out until woken (sleeping, uninterruptible), running again (preempted), or allowed to (throttled).',
  area: 'CPU',
  hasIdle: true,
  heatBits: [12, 36],
  tabs: [
    tab({ id: 'all', label: 'all states', hists: ['sleep', 'disk', 'preempted', 'throttled'] }, 'stuck'),
    tab({ id: 'S', label: 'sleeping', hists: ['sleep'] }, 'sleep'),
    tab({ id: 'D', label: 'uninterruptible', hists: ['disk'] }, 'disk'),
    tab({ id: 'preempted', label: 'preempted', hists: ['preempted'] }, 'preempted'),
    tab({ id: 'throttled', label: 'throttled', hists: ['throttled'] }, 'throttled'),
    tab({ id: 'held', label: 'stopped, traced, frozen' }, 'held'),
  ],
} as const satisfies PanelSpec
