// Programs that fault, and what the memory probe says of them.
import { compiled } from '../../helpers/workload.ts'

export const faults = (): string => compiled('faults', 'test/engine/probes/fixtures')
/** What the C library takes after the program has asked, and its end. */
export const AT_EXIT = 60
