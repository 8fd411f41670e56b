// Where what probes/block.bpf.c writes is, as the object says itself, and what is numbered alike in both. Throws Error where
// something is not there, or otherwise.
import type { BlockOp } from '../../../stream/specs/block.ts'
import { sameValues, type Types } from '../../native/btf-types.ts'
import { MINOR_BITS } from '../../proc/disks.ts'

export const OPS: readonly BlockOp[] = ['read', 'write', 'flush', 'discard', 'other']
export const KINDS = ['total', 'queued', 'device'] as const
/** What is left of a peak besides its epoch. */
export const PEAK_BITS = 46

export const blockLayout = (types: Types) => {
  sameValues(types, 'op', numbered(OPS, 'OP_'))
  sameValues(types, 'kind', numbered(KINDS))
  sameValues(types, 'peak', { PEAK_BITS })
  sameValues(types, 'device_number', { MINOR_BITS })
  return {
    disk: types.layout('disk', ['untimed', 'bytes', 'errors', 'peaks', 'hists']),
    proc: types.layout('proc', [
      'epoch',
      'tgid',
      'reads',
      'writes',
      'other_ops',
      'read_bytes',
      'write_bytes',
      'latency_ns',
      'latency_max_ns',
      'queued_ns',
      'last_ns',
      'comm',
    ]),
    start: types.layout('start', ['rq', 'issued_ns', 'dev', 'op']),
    target: types.layout('target', ['hist', 'max_ns', 'epoch']),
    totals: types.layout('totals', ['lost', 'other_ops', 'other_bytes', 'completed']),
    setup: types.layout('setup', ['attached_ns', 'io_start', 'shard_bits', 'began_ns', 'sampled']),
  }
}
export type BlockLayout = ReturnType<typeof blockLayout>

const numbered = (names: readonly string[], prefix = ''): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [prefix + name.toUpperCase(), i]))
