// Where what probes/syscalls.bpf.c and syscalls_detail.bpf.c write is, as the objects say themselves. All throw Error where
// something is not there.
import type { Types } from '../../native/btf-types.ts'
import { callNumbers } from './call-numbers.ts'

export const countsLayout = (types: Types) => ({
  numbers: callNumbers(types),
  counts: types.layout('counts', ['calls', 'lost', 'unnamed']),
  record: types.layout('record', ['tgid', 'calls', 'comm']),
})

/** For which there was no room. */
export const LOST = ['calls', 'errnos', 'procs', 'errors', 'failures'] as const

export const detailLayout = (types: Types) => ({
  numbers: callNumbers(types),
  latency: types.layout('latency', {
    hist: 'hist',
    errors: 'errors',
    restarted: 'restarted',
    evenMaxNs: 'max_ns[0]',
    oddMaxNs: 'max_ns[1]',
    evenEpoch: 'max_epoch[0]',
    oddEpoch: 'max_epoch[1]',
  }),
  positions: types.layout('positions', ['of']),
  errnoKey: types.layout('errno_key', { index: 'index', number: 'errno_' }),
  procKey: types.layout('proc_key', ['tgid', 'index']),
  proc: types.layout('proc_calls', ['tgid', 'index', 'epoch', 'errors', 'count']),
  lost: types.layout('lost', LOST),
})

export const failureLayout = (types: Types) => ({
  numbers: callNumbers(types),
  key: types.layout('failure_key', { index: 'index', errno: 'errno_', bytes: 'bytes', text: 'text' }),
  textBytes: types.elements('failure_key', 'text'),
  isAddress: types.values('subject', { address: 'SUBJECT_ADDRESS' }).address,
  subjects: types.elements('subjects', 'of'),
})
export type FailureLayout = ReturnType<typeof failureLayout>
