// A probe that this version has never heard of, as a recording of another may have it: queues of a mail server, by
// process and by queue, with an event list; and a stream of it.
import type { ProbeSpec, RowOf } from '../../src/stream/spec.ts'
import { tableOf } from '../../src/stream/spec.ts'
import type { DescribedSample, Message } from '../../src/stream/stream-types.ts'
import type { DescribedId } from '../../src/stream/probe-ids.ts'
import { fakeStream, START_MS, type FakeOptions } from './stream.ts'

export const QUEUES = {
  id: 'mailqueue',
  kind: 'bpftrace',
  hooks: [{ name: 'sched_switch' }],
  options: [],
  tables: {
    procs: [
      { id: 'pid', unit: 'id', kind: 'label', dim: 'pid' },
      { id: 'comm', unit: 'text', kind: 'label', dim: 'comm' },
      { id: 'sent', unit: 'count', kind: 'counter' },
      { id: 'bytes', unit: 'bytes', kind: 'counter' },
      { id: 'busy', unit: 'ns', kind: 'counter' },
      { id: 'latency', unit: 'ns', kind: 'histogram' },
    ],
    queues: [
      { id: 'queue', unit: 'text', kind: 'label' },
      { id: 'length', unit: 'count', kind: 'gauge' },
      { id: 'limit', unit: 'count', kind: 'gauge' },
    ],
    bounces: [
      { id: 'pid', unit: 'id', kind: 'label', dim: 'pid' },
      { id: 'why', unit: 'text', kind: 'label' },
    ],
  },
  totals: [{ id: 'refused', unit: 'count', kind: 'counter' }],
  hists: [{ id: 'delivery', unit: 'ns' }],
  panels: [
    {
      id: 'mail',
      key: '8',
      title: 'mail queue',
      question: 'Which mail waits, and for whom?',
      howToRead: 'Made up.',
      heatBits: [20, 36],
      tabs: [
        {
          id: 'processes',
          label: 'by process',
          table: 'procs',
          key: ['pid'],
          hists: ['delivery'],
          sort: { column: 'sent', descending: true },
          figures: [
            { label: 'refused/s', value: { perSecond: 'refused' }, thresholds: { warn: 1 } },
            { label: 'sent', value: { value: 'procs.sent' } },
          ],
          columns: [
            { id: 'pid', title: 'PID', help: 'process', value: { value: 'pid' }, priority: 2 },
            { id: 'who', title: 'COMMAND', help: 'its name', value: { value: 'comm' }, priority: 0, grow: true },
            { id: 'sent', title: 'SENT/s', help: 'mails sent, per second', value: { perSecond: 'sent' }, priority: 1 },
            { id: 'size', title: 'SIZE', help: 'bytes a mail', value: { ratio: ['bytes', 'sent'] }, priority: 3 },
            {
              id: 'busy',
              title: 'BUSY%',
              help: 'time',
              value: { timeShare: 'busy' },
              priority: 4,
              thresholds: { bad: 90 },
            },
            { id: 'part', title: 'SHARE%', help: 'of all sent', value: { shareOfTotal: 'sent' }, priority: 5 },
            { id: 'p90', title: 'P90', help: 'latency', value: { percentile: 'latency', p: 90 }, priority: 6 },
          ],
        },
        {
          id: 'queues',
          label: 'by queue',
          table: 'queues',
          key: ['queue'],
          sort: { column: 'queue', descending: false },
          columns: [
            { id: 'queue', title: 'QUEUE', help: 'its name', value: { value: 'queue' }, priority: 0, grow: true },
            { id: 'grown', title: 'GROWN', help: 'change', value: { delta: 'length' }, priority: 1 },
            { id: 'full', title: 'FULL%', help: 'of its limit', value: { share: ['length', 'limit'] }, priority: 2 },
          ],
        },
        {
          id: 'bounces',
          label: 'bounces',
          table: 'bounces',
          key: ['pid'],
          events: true,
          sort: { column: 'pid', descending: false },
          columns: [
            { id: 'pid', title: 'PID', help: 'process', value: { value: 'pid' }, priority: 0 },
            { id: 'why', title: 'WHY', help: 'what was said', value: { value: 'why' }, priority: 1, grow: true },
          ],
        },
      ],
    },
  ],
} as const satisfies ProbeSpec

export const QUEUE_ID = QUEUES.id as string as DescribedId

export const queueSample = (tick: number, change: { comm?: string } = {}): DescribedSample => ({
  type: 'sample',
  probe: QUEUE_ID,
  atMs: START_MS + tick * 1000,
  intervalMs: 1000,
  lost: 0,
  data: {
    tables: {
      procs: tableOf(QUEUES.tables.procs, [
        { pid: 812, comm: change.comm ?? 'postgres', sent: 30, bytes: 3000, busy: 250e6, latency: '812' },
        { pid: 4242, comm: 'node', sent: 10 + tick, bytes: 500, busy: 950e6, latency: null },
      ] satisfies RowOf<typeof QUEUES.tables.procs>[]),
      queues: tableOf(QUEUES.tables.queues, [{ queue: 'in', length: 3 * tick, limit: 100 }]),
      bounces: tableOf(QUEUES.tables.bounces, [{ pid: 812, why: `no such user ${tick}` }]),
    },
    hists: {
      delivery: { scale: 'log2', unit: 'ns', buckets: [22, 3, 30, 1], count: 4, max: 1.5e9 },
      812: { scale: 'linear', unit: 'ns', from: 0, step: 100, buckets: [0, 90, 5, 10], count: 100, max: 580 },
    },
    totals: { refused: 2 },
  },
})

/** Beside what a screen receives anyway. */
export const queueStream = (options: FakeOptions = {}, change: { comm?: string } = {}): Message[] => {
  const messages = fakeStream(options)
  const ticks = options.ticks ?? 60
  return [
    messages[0]!,
    { type: 'probe', atMs: START_MS, spec: QUEUES },
    { type: 'status', atMs: START_MS, probe: QUEUE_ID, status: { is: 'live' } },
    ...messages.slice(1),
    ...Array.from({ length: ticks }, (_, i) => queueSample(i + 1, change)),
  ]
}
