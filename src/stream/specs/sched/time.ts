// The panel of all of the time: where that of each process, name of threads, control group and of the machine goes, in classes.
import type { ColumnSpec, PanelSpec } from '../../spec.ts'
import { CLASSES_TEXT, type TimeClass } from '../../time-classes.ts'

interface SumColumn {
  id: string
  title: string
  help: string
  of: readonly TimeClass[]
  priority: number
  detail?: true
}

/** Columns of several classes each. */
export const SUMS: readonly SumColumn[] = [
  {
    id: 'cpu',
    title: 'CPU%',
    help: 'on a CPU, in whatever mode',
    of: ['user', 'system', 'stolen', 'cpu'],
    priority: 4,
  },
  {
    id: 'user',
    title: 'USER%',
    help: "of that in user mode, by the kernel's accounts",
    of: ['user'],
    priority: 18,
    detail: true,
  },
  { id: 'system', title: 'SYS%', help: 'of that in the kernel', of: ['system'], priority: 19, detail: true },
  {
    id: 'stolen',
    title: 'STOLEN%',
    help: 'of that taken by interrupts and the hypervisor, where the kernel accounts for it',
    of: ['stolen'],
    priority: 20,
    detail: true,
  },
  { id: 'runq', title: 'RUNQ%', help: 'waiting for a CPU', of: ['runq'], priority: 5 },
  {
    id: 'throttled',
    title: 'THROT%',
    help: 'the CPU quota of its control group was used up',
    of: ['throttled'],
    priority: 14,
  },
  { id: 'lock', title: 'LOCK%', help: 'waiting for a lock', of: ['lock'], priority: 6 },
  { id: 'disk', title: 'DISK%', help: 'waiting for a disk', of: ['disk'], priority: 7 },
  {
    id: 'filesystem',
    title: 'FS%',
    help: 'waiting in a file system: journal, directories',
    of: ['filesystem'],
    priority: 12,
  },
  { id: 'memory', title: 'MEM%', help: 'page faults, reclaim, swap', of: ['memory'], priority: 13 },
  { id: 'network', title: 'NET%', help: 'waiting for another machine', of: ['network'], priority: 8 },
  {
    id: 'local',
    title: 'LOCAL%',
    help: 'waiting for another process here that does something: pipe, socket',
    of: ['local'],
    priority: 9,
  },
  { id: 'child', title: 'CHILD%', help: 'waiting for the end of a child', of: ['child'], priority: 16 },
  { id: 'event', title: 'EVENT%', help: 'waiting to be woken by its own threads', of: ['event'], priority: 15 },
  { id: 'timer', title: 'TIMER%', help: 'asleep for a time', of: ['timer'], priority: 17 },
  { id: 'idle', title: 'IDLE%', help: 'waiting to be asked for something', of: ['idle'], priority: 21 },
  { id: 'stopped', title: 'STOP%', help: 'stopped, traced, frozen', of: ['stopped'], priority: 22, detail: true },
  { id: 'other', title: 'OTHER%', help: 'anything else', of: ['other'], priority: 23, detail: true },
]

const columnsWith = (head: readonly ColumnSpec[]): readonly ColumnSpec[] => [
  ...head,
  {
    id: 'threads',
    title: 'THR',
    help: 'threads',
    value: { named: 'threads', as: 'count' },
    priority: 11,
    detail: true,
  },
  {
    id: 'busy',
    title: 'BUSY%',
    help: 'of clock time (100 is one thread all the time): all but idle waits, timers, children and its own threads',
    value: { named: 'busy', as: 'percent' },
    priority: 1,
  },
  ...SUMS.map(({ id, title, help, priority, detail }): ColumnSpec => ({
    id,
    title,
    help: `of clock time: ${help}`,
    value: { named: id, as: 'percent' },
    priority,
    ...(detail ? { detail } : {}),
  })),
  {
    id: 'sampled',
    title: 'SAMPLED',
    help: 'part of all its time that was classed by what its threads were found waiting for at the ends of intervals; the rest is exact',
    value: { named: 'sampled', as: 'percent' },
    priority: 24,
    detail: true,
  },
  {
    id: 'awake',
    title: 'WHAT IS BUSY',
    help: `the busy part as a bar, a letter for each class: ${CLASSES_TEXT}`,
    value: { named: 'awake', as: 'shares' },
    priority: 3,
    width: 14,
    grow: true,
  },
  {
    id: 'bar',
    title: 'ALL OF IT',
    help: 'all of the time as a bar, rest included',
    value: { named: 'bar', as: 'shares' },
    priority: 10,
    width: 10,
    detail: true,
    grow: true,
  },
]

const PROCESS: readonly ColumnSpec[] = [
  { id: 'pid', title: 'PID', help: 'process', value: { value: 'pid' }, priority: 2 },
  { id: 'command', title: 'COMMAND', help: 'name of the process', value: { value: 'comm' }, priority: 0, width: 8 },
]
const NAME: readonly ColumnSpec[] = [
  { id: 'name', title: 'THREADS NAMED', help: 'name of the threads', value: { value: 'comm' }, priority: 0, width: 15 },
]
const GROUP: readonly ColumnSpec[] = [
  {
    id: 'cgroup',
    title: 'CGROUP',
    help: 'control group',
    value: { named: 'cgroup', as: 'text' },
    priority: 0,
    width: 16,
    middle: true,
  },
]
const MACHINE: readonly ColumnSpec[] = [
  {
    id: 'machine',
    title: '',
    help: 'all threads together',
    value: { named: 'machine', as: 'text' },
    priority: 0,
    width: 8,
  },
]

const OF_PROCESSES = { table: 'procs', about: ['onCpuNs'], sort: { column: 'busy', descending: true } } as const

export const TIME = {
  id: 'time',
  key: 'a',
  title: 'all of the time',
  question: 'Where does all of the time go?',
  howToRead:
    'The whole time of all threads in the interval, in classes that add up to it. Time on a CPU, waiting for one and throttled is exact, from every switch; blocked time is exact for each call, and where a call may wait for several things it is split as threads were found waiting at the ends of the last ten intervals (SAMPLED). Reading from a pipe or socket of a process here is an idle wait while everybody at its other end is idle as well, unless an answer is known to be due, which a TCP connection tells. The rules from call, state and kernel function to class are in the configuration, where one can put others before them (--print-config). Threads by name are told apart while this is shown.',
  area: 'applications',
  isOffered: true,
  beside: 'waits',
  tabs: [
    {
      ...OF_PROCESSES,
      id: 'all',
      label: 'by process',
      rows: 'processes',
      key: ['pid', 'startedMs'],
      figures: [
        { label: 'threads', value: { value: 'procs.threads' } },
        { label: 'on CPU%', value: { named: 'onCpu', as: 'percent' } },
      ],
      columns: columnsWith(PROCESS),
    },
    {
      ...OF_PROCESSES,
      id: 'names',
      label: 'by name of thread',
      rows: 'names of threads',
      table: 'names',
      key: ['comm'],
      wants: 'names',
      ofTarget: true,
      columns: columnsWith(NAME),
    },
    {
      ...OF_PROCESSES,
      id: 'groups',
      label: 'by control group',
      rows: 'control groups',
      key: ['cgroup'],
      columns: columnsWith(GROUP),
    },
    { ...OF_PROCESSES, id: 'machine', label: 'all together', key: [], columns: columnsWith(MACHINE) },
  ],
} as const satisfies PanelSpec
