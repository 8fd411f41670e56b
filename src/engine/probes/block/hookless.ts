// Block I/O where even windows cost too much: what the kernel counts anyway.
import type { StartDescribed } from '../../base/described-probe.ts'
import { openCounted } from '../../native/counted.ts'
import { blockFrom } from './counted.ts'

export const start: StartDescribed = ({ objects }) => blockFrom(openCounted(objects))
