// The scheduler without programs and rights: as /proc counts it.
import type { StartDescribed } from '../../base/described-probe.ts'
import { openProcCounted } from '../../proc/counted.ts'
import { schedFrom } from './counted.ts'

export const start: StartDescribed = ({ log }) =>
  schedFrom(
    openProcCounted('/proc', () => log('warn', TOO_MANY)),
    log,
  )

const TOO_MANY = 'there are more threads than can be read from /proc in an interval: some processes are left out'
