// Where what probes/sched.bpf.c writes is, as the object says itself.
import type { SchedData } from '../../../stream/sched-types.ts'
import { blockingCalls } from '../../native/blocked-in.ts'
import { heldIoReader } from '../../native/held-io.ts'
import { STATE_NAMES, statesIn, type States } from '../../native/states.ts'
import { byNumber, type Types } from '../../native/btf-types.ts'

/** States that most threads are never in: absent where there was nothing of them. */
export const RARE = ['throttledNs', 'stoppedNs', 'tracedNs', 'frozenNs'] as const

/** Where a thread spent an interval of which nothing else is known, by its state. */
export const RARE_TIMES = {
  throttled: 'throttledNs',
  stopped: 'stoppedNs',
  traced: 'tracedNs',
  frozen: 'frozenNs',
} as const satisfies Partial<Record<keyof States, (typeof RARE)[number]>>

/** Members of `struct sums`; those of a state are in an array by state. */
const sumsFields = (prefix: string, states: States) => {
  const asleep = (name: keyof States): string => `${prefix}asleep_ns[${states[name] - states.sleep}]`
  return {
    switches: `${prefix}switches`,
    waits: `${prefix}waits`,
    waitNs: `${prefix}wait_ns`,
    waitMaxNs: `${prefix}wait_max_ns`,
    preemptedNs: `${prefix}preempted_ns`,
    throttledNs: `${prefix}throttled_ns`,
    onCpuNs: `${prefix}oncpu_ns`,
    sleepNs: asleep('sleep'),
    uninterruptibleNs: asleep('disk'),
    stoppedNs: asleep('stopped'),
    tracedNs: asleep('traced'),
    frozenNs: asleep('frozen'),
  }
}

/** Throws Error where something is not there. */
export const recordLayout = (types: Types) => {
  const states = statesIn(types)
  // that is how they are told apart
  if (types.place('record', 'size').offset !== types.place('idle', 'size').offset)
    throw new Error('struct record and struct idle have their sizes at different places')
  return {
    states,
    rareTimes: byNumber(states, RARE_TIMES),
    stateNames: byNumber(states, STATE_NAMES),
    calls: blockingCalls(types),
    heldIo: heldIoReader(types),
    record: types.layout('record', {
      bytes: 'size',
      tgid: 'tgid',
      pid: 'pid',
      flags: 'flags',
      comm: 'comm',
      cgroup: 'cgroup',
      startedNs: 'started_ns',
      epoch: 'sums.epoch',
      ...sumsFields('sums.', states),
      calls: 'sums.calls',
      callKeys: 'sums.calls[0].key',
      callTimes: 'sums.calls[0].ns',
      otherCallsNs: 'sums.other_calls_ns',
      userNs: 'cpu.user_ns',
      systemNs: 'cpu.system_ns',
      ranNs: 'cpu.ran_ns',
    }),
    mostCalls: types.elements('sums', 'calls'),
    callBytes: types.place('call', '').bytes,
    idle: types.layout('idle', {
      bytes: 'size',
      tgid: 'tgid',
      pid: 'pid',
      comm: 'comm',
      cgroup: 'cgroup',
      startedNs: 'started_ns',
      state: 'state',
      ageNs: 'age_ns',
      call: 'call',
      flags: 'flags',
    }),
    flags: types.values('record_flag', {
      exited: 'RECORD_EXITED',
      selected: 'RECORD_SELECTED',
      last: 'RECORD_LAST',
      read: 'RECORD_READ',
      stateShift: 'RECORD_STATE_SHIFT',
      state: 'RECORD_STATE',
      heldShift: 'RECORD_HELD_SHIFT',
      codeShift: 'RECORD_CODE_SHIFT',
    }),
  }
}
export type RecordLayout = ReturnType<typeof recordLayout>

/** Sums of threads that ended when there was no room for their names. */
type Others = NonNullable<SchedData['others']>

/** What is kept of each CPU. Throws Error where something is not there. */
export const cpuLayout = (types: Types) => {
  const { waitMaxNs: _, ...sums } = sumsFields('others.', statesIn(types))
  const others: Record<keyof Others, string> = { threads: 'unnamed', ...sums }
  return {
    /** Of histograms; their maxima are behind one another, those of the target behind all others. */
    kinds: types.values('kind', {
      runq: 'RUNQ',
      sleep: 'SLEEP',
      disk: 'DISK',
      preempted: 'PREEMPTED',
      throttled: 'THROTTLED',
    }),
    kindsCount: types.values('kind', { count: 'KINDS' }).count,
    maximaBytes: types.place('cpu_sums', 'max_ns').bytes,
    others: Object.entries(others).map(([field, path]) => {
      const { offset, bytes } = types.place('cpu_sums', path)
      return { field: field as keyof Others, offset, bytes }
    }),
    cpu: types.layout('cpu_sums', {
      all: 'all',
      target: 'target',
      maxNs: 'max_ns',
      maxEpoch: 'max_epoch',
      idleNs: 'idle_ns',
      idleSince: 'idle_since',
      lost: 'lost',
      odd: 'odd',
      unnamed: 'unnamed',
    }),
  }
}
