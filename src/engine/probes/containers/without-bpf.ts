// Control groups without programs and rights: what their files say; not how long threads waited for a CPU or were in state D.
import type { StartDescribed } from '../../base/described-probe.ts'
import { mountsNow } from '../../proc/cgroups.ts'
import { hierarchiesIn } from './cgroup-files.ts'
import { readingOf } from './reading.ts'

export const start: StartDescribed = () => {
  const readFiles = readingOf(hierarchiesIn(mountsNow()))
  const read = () => ({ lost: 0, tier: { is: 'counted' as const }, ...readFiles(new Map(), () => false, false) })
  read()
  return { read, close: () => {} }
}
