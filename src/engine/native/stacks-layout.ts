// Where what probes/stacks.bpf.c writes is, as the object says itself.
import { STACK_LETTERS, statesIn } from './states.ts'
import type { StackState } from '../../stream/stack-types.ts'
import { byNumber, type Types } from './btf-types.ts'

/** Throws Error where something is not there. */
export const stacksLayout = (types: Types) => {
  const states = statesIn(types)
  return {
    key: types.layout('stack_key', {
      user: 'user',
      kernel: 'kernel',
      wakerUser: 'waker_user',
      wakerKernel: 'waker_kernel',
      pid: 'tgid',
      wakerPid: 'waker_pid',
      state: 'state',
      woken: 'woken',
      comm: 'comm',
      wakerComm: 'waker_comm',
    }),
    sum: types.layout('sum', { ns: 'ns', count: 'count', maxNs: 'max_ns' }),
    now: types.layout('now', {
      pid: 'tgid',
      tid: 'pid',
      state: 'state',
      call: 'call',
      forNs: 'for_ns',
      user: 'user',
      comm: 'comm',
      depth: 'depth',
      addresses: 'ips',
    }),
    totals: types.layout('totals', { lost: 'lost', othersNs: 'others_ns', others: 'others' }),
    states,
    letters: byNumber<keyof typeof states, StackState>(states, STACK_LETTERS),
    /** Beside a state. */
    kernelThread: types.values('state_flag', { flag: 'KERNEL_THREAD' }).flag,
    lostId: types.values('stack_id', { lost: 'STACK_LOST' }).lost,
    hz: types.values('sampling', { hz: 'HZ' }).hz,
    /** The longest user stack. */
    depth: types.elements('stack', 'ips'),
  }
}
