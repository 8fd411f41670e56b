// The scheduler where even windows cost too much: what the kernel counts anyway.
import type { StartDescribed } from '../../base/described-probe.ts'
import { openCounted } from '../../native/counted.ts'
import { schedFrom } from './counted.ts'

export const start: StartDescribed = ({ objects, log }) => schedFrom(openCounted(objects), log)
