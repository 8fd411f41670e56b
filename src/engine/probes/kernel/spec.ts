// What the kernel probe says of itself.
import { COUNT } from '../../../stream/fields.ts'
import type { ColumnSpec, ProbeSpec } from '../../../stream/spec.ts'

const TIME = [
  { id: 'rate', title: 'RUNS/s', help: 'times it ran, per second', value: { perSecond: 'count' }, priority: 3 },
  {
    id: 'cpu',
    title: 'CPU%',
    help: 'time it took, of one CPU',
    value: { timeShare: 'ns' },
    priority: 1,
    thresholds: { warn: 50 },
  },
  { id: 'mean', title: 'MEAN', help: 'time a run', value: { ratio: ['ns', 'count'] }, priority: 5 },
  { id: 'max', title: 'MAX', help: 'longest run', value: { value: 'maxNs' }, priority: 4 },
] as const satisfies readonly ColumnSpec[]

const WAIT = [
  {
    id: 'wait50',
    title: 'WAIT50',
    help: 'median time from being raised or queued until it ran',
    value: { percentile: 'latency', p: 50 },
    priority: 7,
  },
  {
    id: 'wait99',
    title: 'WAIT99',
    help: '99th percentile of it, from 100 on',
    value: { percentile: 'latency', p: 99 },
    priority: 6,
  },
] as const satisfies readonly ColumnSpec[]

export const KERNEL = {
  id: 'kernel',
  kind: 'core',
  hooks: [
    { name: 'softirq_raise' },
    { name: 'softirq_entry' },
    { name: 'softirq_exit' },
    { name: 'irq_handler_entry' },
    { name: 'irq_handler_exit' },
    { name: 'workqueue_queue_work' },
    { name: 'workqueue_execute_start' },
    { name: 'workqueue_execute_end' },
    { name: 'local_timer_entry', optional: true },
    { name: 'local_timer_exit', optional: true },
    { name: 'reschedule_entry', optional: true },
    { name: 'reschedule_exit', optional: true },
    { name: 'call_function_entry', optional: true },
    { name: 'call_function_exit', optional: true },
    { name: 'call_function_single_entry', optional: true },
    { name: 'call_function_single_exit', optional: true },
  ],
  options: [],
  cheaper: [{ is: 'counted', gives: 'how often, not how long' }],
  tables: {
    kinds: [
      { id: 'kind', unit: 'text', kind: 'label' },
      { id: 'name', unit: 'text', kind: 'label' },
      COUNT,
      { id: 'ns', unit: 'ns', kind: 'counter' },
      { id: 'maxNs', unit: 'ns', kind: 'gauge' },
      { id: 'latency', unit: 'ns', kind: 'histogram' },
    ],
    cpus: [
      { id: 'cpu', unit: 'id', kind: 'label', dim: 'cpu' },
      { id: 'kind', unit: 'text', kind: 'label' },
      { id: 'name', unit: 'text', kind: 'label' },
      COUNT,
      { id: 'ns', unit: 'ns', kind: 'counter' },
      { id: 'maxNs', unit: 'ns', kind: 'gauge' },
      // sums: a histogram for each of 512 CPUs would be half a megabyte an interval
      { id: 'waits', unit: 'count', kind: 'counter' },
      { id: 'waitNs', unit: 'ns', kind: 'counter' },
      { id: 'maxWaitNs', unit: 'ns', kind: 'gauge' },
    ],
    works: [
      { id: 'function', unit: 'text', kind: 'label' },
      COUNT,
      { id: 'ns', unit: 'ns', kind: 'counter' },
      { id: 'maxNs', unit: 'ns', kind: 'gauge' },
      { id: 'latency', unit: 'ns', kind: 'histogram' },
    ],
  },
  totals: [
    { id: 'softirqNs', unit: 'ns', kind: 'counter' },
    { id: 'irqNs', unit: 'ns', kind: 'counter' },
    { id: 'workNs', unit: 'ns', kind: 'counter' },
  ],
  hists: [
    { id: 'softirq', unit: 'ns' },
    { id: 'work', unit: 'ns' },
  ],
  panels: [
    {
      id: 'kernel',
      key: '9',
      title: 'kernel',
      area: 'kernel',
      question: 'What of the kernel takes my CPUs, and how late does it run?',
      howToRead:
        'Softirqs, interrupts and work of workqueues, each run counted and timed. CPU% is of one CPU; an interrupt within a softirq counts for the interrupt. The heat map is the time from being raised (softirqs) or queued (work) until it ran; of an interrupt it cannot be known, as nothing marks when its line was raised. Interrupts of processors among themselves are told apart on x86 only.',
      heatBits: [8, 30],
      tabs: [
        {
          id: 'kinds',
          label: 'by kind',
          table: 'kinds',
          key: ['kind', 'name'],
          hists: ['softirq'],
          sort: { column: 'cpu', descending: true },
          figures: [
            { label: 'softirq%', value: { timeShare: 'softirqNs' } },
            { label: 'irq%', value: { timeShare: 'irqNs' } },
          ],
          columns: [
            {
              id: 'name',
              title: 'NAME',
              help: 'softirq, or interrupt as in /proc/interrupts',
              value: { value: 'name' },
              priority: 0,
              width: 10,
              grow: true,
            },
            {
              id: 'kind',
              title: 'KIND',
              help: 'softirq, or irq: of a device or between processors',
              value: { value: 'kind' },
              priority: 2,
              width: 7,
            },
            ...TIME,
            ...WAIT,
          ],
        },
        {
          id: 'cpus',
          label: 'by CPU',
          table: 'cpus',
          key: ['cpu', 'kind', 'name'],
          sort: { column: 'cpu', descending: true },
          figures: [
            { label: 'softirq%', value: { timeShare: 'softirqNs' } },
            { label: 'irq%', value: { timeShare: 'irqNs' } },
          ],
          columns: [
            { id: 'number', title: 'CPU', help: 'number of the CPU', value: { value: 'cpu' }, priority: 0 },
            {
              id: 'name',
              title: 'NAME',
              help: 'softirq, or interrupt as in /proc/interrupts',
              value: { value: 'name' },
              priority: 0,
              width: 10,
              grow: true,
            },
            {
              id: 'kind',
              title: 'KIND',
              help: 'softirq, or irq: of a device or between processors',
              value: { value: 'kind' },
              priority: 2,
              width: 7,
            },
            ...TIME,
            {
              id: 'meanWait',
              title: 'WAIT',
              help: 'mean time from being raised until it ran, of softirqs',
              value: { ratio: ['waitNs', 'waits'] },
              priority: 6,
            },
            {
              id: 'maxWait',
              title: 'WAITMAX',
              help: 'longest of these times',
              value: { value: 'maxWaitNs' },
              priority: 7,
            },
          ],
        },
        {
          id: 'works',
          label: 'workqueues',
          table: 'works',
          key: ['function'],
          hists: ['work'],
          sort: { column: 'cpu', descending: true },
          figures: [{ label: 'work%', value: { timeShare: 'workNs' } }],
          columns: [
            {
              id: 'function',
              title: 'FUNCTION',
              help: 'what was to be done; its time includes waiting',
              value: { value: 'function' },
              priority: 0,
              width: 16,
              grow: true,
            },
            ...TIME,
            ...WAIT,
          ],
        },
      ],
    },
  ],
} as const satisfies ProbeSpec
