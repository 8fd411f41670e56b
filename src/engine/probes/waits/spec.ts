// Waits: who or what holds up whom. What the probe gives. Whoever waits on is the same row in each interval, which is not sent
// again: rows say since when, on the clock of the sample, not for how long; and `held` and `waited` count threads that did so
// throughout the interval, whose time is in no `heldNs` and `waitedNs`. Rows of chains come worst first.
import { COMM, PID, TID } from '../../../stream/fields.ts'
import type { ProbeSpec } from '../../../stream/spec.ts'
import { WAITS_PANEL } from './panel-spec.ts'

/** When the wait began. Of a thing, the longest. */
const SINCE = { id: 'sinceNs', unit: 'id', kind: 'label' } as const

export const WAITS = {
  id: 'waits',
  kind: 'core',
  hooks: [
    { name: 'iter/task' },
    { name: 'iter/task_file' },
    { name: 'contention_begin', optional: true },
    { name: 'contention_end', optional: true },
    { name: 'sched_waking', optional: true },
  ],
  options: [],
  cheaper: [{ is: 'counted', gives: 'who waits for whom, not who wakes those who wait for no owner' }],
  tables: {
    chains: [
      PID,
      TID,
      COMM,
      { id: 'thread', unit: 'text', kind: 'label' },
      { id: 'state', unit: 'text', kind: 'label' },
      { id: 'class', unit: 'text', kind: 'label' },
      { id: 'call', unit: 'text', kind: 'label', dim: 'syscall' },
      SINCE,
      { id: 'heldNs', unit: 'ns', kind: 'counter' },
      { id: 'held', unit: 'count', kind: 'counter' },
      { id: 'chain', unit: 'text', kind: 'label' },
      { id: 'more', unit: 'count', kind: 'gauge' },
      { id: 'sure', unit: 'text', kind: 'label' },
      { id: 'source', unit: 'text', kind: 'label' },
      { id: 'holder', unit: 'text', kind: 'label' },
      { id: 'holderPid', unit: 'id', kind: 'label' },
      { id: 'closed', unit: 'count', kind: 'gauge' },
      // that it waits for
      { id: 'cpu', unit: 'id', kind: 'label', dim: 'cpu' },
    ],
    links: [
      PID,
      TID,
      { id: 'step', unit: 'id', kind: 'label' },
      { id: 'who', unit: 'text', kind: 'label' },
      { id: 'whoTid', unit: 'id', kind: 'label' },
      { id: 'whoPid', unit: 'id', kind: 'label' },
      { id: 'does', unit: 'text', kind: 'label' },
      { id: 'what', unit: 'text', kind: 'label' },
      { id: 'relation', unit: 'text', kind: 'label' },
      SINCE,
      { id: 'sure', unit: 'text', kind: 'label' },
      { id: 'source', unit: 'text', kind: 'label' },
      { id: 'closed', unit: 'count', kind: 'gauge' },
    ],
    things: [
      { id: 'thing', unit: 'text', kind: 'label' },
      { id: 'kind', unit: 'text', kind: 'label' },
      { id: 'what', unit: 'text', kind: 'label' },
      { id: 'class', unit: 'text', kind: 'label' },
      { id: 'waiters', unit: 'count', kind: 'gauge' },
      { id: 'waitedNs', unit: 'ns', kind: 'counter' },
      { id: 'waited', unit: 'count', kind: 'counter' },
      { id: 'heldNs', unit: 'ns', kind: 'counter' },
      { id: 'held', unit: 'count', kind: 'counter' },
      SINCE,
      { id: 'holder', unit: 'text', kind: 'label' },
      { id: 'holderPid', unit: 'id', kind: 'label', dim: 'pid' },
      { id: 'mostly', unit: 'text', kind: 'label' },
      { id: 'holderDoes', unit: 'text', kind: 'label' },
      { id: 'closed', unit: 'count', kind: 'gauge' },
    ],
    // how many threads wait so, of all that were read
    seen: [
      PID,
      { id: 'thread', unit: 'text', kind: 'label' },
      { id: 'call', unit: 'text', kind: 'label', dim: 'syscall' },
      { id: 'state', unit: 'text', kind: 'label' },
      { id: 'class', unit: 'text', kind: 'label' },
      // functions of the kernel, innermost first
      { id: 'stack', unit: 'text', kind: 'label' },
      { id: 'threads', unit: 'count', kind: 'gauge' },
    ],
  },
  totals: [
    { id: 'threads', unit: 'count', kind: 'gauge' },
    { id: 'waiting', unit: 'count', kind: 'gauge' },
    { id: 'locked', unit: 'count', kind: 'gauge' },
    { id: 'deadlocked', unit: 'count', kind: 'gauge' },
    { id: 'circled', unit: 'count', kind: 'gauge' },
    { id: 'everyNs', unit: 'ns', kind: 'gauge' },
    { id: 'tookNs', unit: 'ns', kind: 'gauge' },
  ],
  panels: [WAITS_PANEL],
} as const satisfies ProbeSpec
