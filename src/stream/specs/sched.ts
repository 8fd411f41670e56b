// What the probe of the scheduler gives: where the time of each process went, in which calls it was blocked, what each CPU
// did, and who is held by the quotas and limits of control groups. Its panels are in specs/sched/, and the functions these have
// besides in panels/; all read and make its tables through model/sched.ts.
import { COMM, PID, TID } from '../fields.ts'
import type { ProbeSpec } from '../spec.ts'
import { OFFCPU } from './sched/offcpu.ts'
import { RUNQ } from './sched/runq.ts'
import { THREADS_PANEL } from './sched/threads.ts'
import { TIME } from './sched/time.ts'

const STARTED = { id: 'startedMs', unit: 'id', kind: 'label', dim: 'start' } as const

// threads, where all slept throughout: their time is that many intervals (`elapsedNs`), and in no sleepNs; so the row of who
// sleeps is the same in each interval, and is not sent again
const ASLEEP = { id: 'asleep', unit: 'count', kind: 'counter' } as const

const SUMS = [
  { id: 'switches', unit: 'count', kind: 'counter', exact: true },
  // completed waits on a run queue
  { id: 'waits', unit: 'count', kind: 'counter' },
  { id: 'waitNs', unit: 'ns', kind: 'counter' },
  { id: 'onCpuNs', unit: 'ns', kind: 'counter', exact: true },
  // what only following every switch tells: unknown where it is only counted
  { id: 'waitMaxNs', unit: 'ns', kind: 'counter' },
  { id: 'sleepNs', unit: 'ns', kind: 'counter' },
  ASLEEP,
  { id: 'uninterruptibleNs', unit: 'ns', kind: 'counter' },
  { id: 'preemptedNs', unit: 'ns', kind: 'counter' },
  // most are never in these: unknown is none
  { id: 'throttledNs', unit: 'ns', kind: 'counter' },
  { id: 'stoppedNs', unit: 'ns', kind: 'counter' },
  { id: 'tracedNs', unit: 'ns', kind: 'counter' },
  { id: 'frozenNs', unit: 'ns', kind: 'counter' },
  // of the time on CPUs; the rest is in the kernel, unknown: not told apart
  { id: 'userNs', unit: 'ns', kind: 'counter', exact: true },
  { id: 'stolenNs', unit: 'ns', kind: 'counter', exact: true },
] as const

/** Groups by which it was throttled and held, what holds it, and how it ended. */
const STATES = [
  { id: 'quota', unit: 'text', kind: 'label', names: 'quotas' },
  { id: 'heldBy', unit: 'text', kind: 'label' },
  { id: 'heldThreads', unit: 'count', kind: 'gauge' },
  { id: 'heldNs', unit: 'ns', kind: 'gauge' },
  { id: 'heldCgroup', unit: 'text', kind: 'label', names: 'ioLimits' },
  // 1: it has
  { id: 'exited', unit: 'count', kind: 'gauge' },
  { id: 'exitCode', unit: 'id', kind: 'label' },
  { id: 'signal', unit: 'id', kind: 'label' },
] as const

/** By state: sleeping, uninterruptible. */
const BLOCKED = [
  { id: 'call', unit: 'text', kind: 'label', dim: 'syscall' },
  { id: 'sleepNs', unit: 'ns', kind: 'counter' },
  ASLEEP,
  { id: 'uninterruptibleNs', unit: 'ns', kind: 'counter' },
] as const

export const SCHED = {
  id: 'sched',
  kind: 'core',
  hooks: [
    { name: 'sched_switch' },
    { name: 'sched_wakeup' },
    { name: 'sched_wakeup_new' },
    { name: 'sched_migrate_task' },
    { name: 'task_newtask' },
    { name: 'iter/task' },
    { name: 'sched_process_exit', cheaper: true },
    { name: 'sched_process_free', cheaper: true },
  ],
  options: ['target', 'cpus', 'names'],
  cheaper: [
    {
      is: 'sampled',
      gives:
        'how long waits and stays off the CPU are in windows, a fifth of the time; CPU time, switches, waits and threads exact',
      estimates: 'time waited',
    },
    { is: 'counted', gives: 'CPU time, switches, waits and threads as the kernel counts them; no distribution' },
  ],
  tables: {
    procs: [
      PID,
      STARTED,
      COMM,
      { id: 'threads', unit: 'count', kind: 'gauge', exact: true },
      // told by the directory of processes, as of calls
      { id: 'cgroup', unit: 'text', kind: 'label' },
      ...SUMS,
      ...STATES,
    ],
    calls: [PID, STARTED, ...BLOCKED],
    // of the target
    threads: [
      PID,
      TID,
      COMM,
      // 1: of a thread in the place of its process
      { id: 'threads', unit: 'count', kind: 'gauge', exact: true },
      { id: 'state', unit: 'text', kind: 'label' },
      ...SUMS,
      ...STATES,
    ],
    threadCalls: [PID, TID, ...BLOCKED],
    // while asked for, all threads by their names; of the target, where there is one
    names: [
      { id: 'comm', unit: 'text', kind: 'label' },
      { id: 'threads', unit: 'count', kind: 'gauge', exact: true },
      ...SUMS,
    ],
    nameCalls: [{ id: 'comm', unit: 'text', kind: 'label' }, ...BLOCKED],
    // those that never switched are not listed
    cpus: [
      { id: 'cpu', unit: 'id', kind: 'label', dim: 'cpu' },
      { id: 'runq', unit: 'ns', kind: 'histogram' },
      { id: 'busyNs', unit: 'ns', kind: 'counter' },
    ],
    quotas: [
      { id: 'cgroup', unit: 'text', kind: 'label' },
      { id: 'cpus', unit: 'count', kind: 'gauge' },
      { id: 'periods', unit: 'count', kind: 'counter' },
      { id: 'throttledPeriods', unit: 'count', kind: 'counter' },
      { id: 'throttledNs', unit: 'ns', kind: 'counter' },
    ],
    // a row for each disk, or one without where its limits could not be read
    ioLimits: [
      { id: 'cgroup', unit: 'text', kind: 'label' },
      { id: 'threads', unit: 'count', kind: 'gauge', exact: true },
      { id: 'disk', unit: 'text', kind: 'label' },
      { id: 'readBytes', unit: 'bytes', kind: 'gauge' },
      { id: 'writeBytes', unit: 'bytes', kind: 'gauge' },
      { id: 'reads', unit: 'count', kind: 'gauge' },
      { id: 'writes', unit: 'count', kind: 'gauge' },
    ],
  },
  // waits and stays of which something is in the histograms
  totals: [{ id: 'stays', unit: 'count', kind: 'counter' }],
  hists: [
    // wake-up or preemption until on CPU
    { id: 'runq', unit: 'ns', parts: 'cpus.runq' },
    // switched out until woken, by state
    { id: 'sleep', unit: 'ns' },
    { id: 'disk', unit: 'ns' },
    // preempted until on CPU again
    { id: 'preempted', unit: 'ns' },
    // without CPU quota until there was some again
    { id: 'throttled', unit: 'ns' },
  ],
  rollups: [
    { of: 'procs', from: 'threads', key: ['pid'] },
    { of: 'procs', from: 'calls', key: ['pid', 'startedMs'], says: 'time blocked in' },
    { of: 'calls', from: 'threadCalls', key: ['pid', 'call'] },
  ],
  loss: {
    events: 'switches and wake-ups',
    why: 'the kernel had no memory for their threads',
    of: ['stays'],
    uncounted: true,
  },
  panels: [RUNQ, OFFCPU, THREADS_PANEL, TIME],
} as const satisfies ProbeSpec
