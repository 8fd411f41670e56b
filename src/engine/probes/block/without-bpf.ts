// Block I/O without programs and rights: as /proc counts it.
import type { StartDescribed } from '../../base/described-probe.ts'
import { openProcCounted } from '../../proc/counted.ts'
import { blockFrom } from './counted.ts'

export const start: StartDescribed = () => blockFrom(openProcCounted())
