// System calls as the kernel programs number them: those of both tables, and one for everything else.
import type { Types } from '../../native/btf-types.ts'
import { syscallName } from '../../proc/syscall-names.ts'

export interface CallNumbers {
  /** Of each of the two tables. */
  count: number
  /** The last. */
  invalid: number
  nameOf(index: number): string
}

/** Throws Error where the object has them not. */
export const callNumbers = (types: Types): CallNumbers => {
  const { count, invalid } = types.values('call_index', { count: 'ABI_CALLS', invalid: 'INVALID_CALL' })
  return {
    count,
    invalid,
    nameOf: (index) => (index === invalid ? 'invalid' : syscallName(index % count, index >= count)),
  }
}
