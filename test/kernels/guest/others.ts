// The probes that no area is about, and the lower tier: that the kernel takes their programs, and that they tell something.
import { mkdirSync, rmdirSync } from 'node:fs'
import { exact } from '../../truth/check.ts'
import type { Finding } from '../../truth/check.ts'
import type { TablesData } from '../../../src/stream/tables.ts'
import type { ProbeId } from '../../../src/stream/types.ts'
import { SPECS } from '../../../src/engine/probes/registry.ts'
import { DISK } from './disk.ts'
import { startEngine } from './engine.ts'
import type { Seen } from './engine.ts'
import { lifeOf, numbersOf } from './programs.ts'

/** Containers are groups. */
const GROUP = '/sys/fs/cgroup/sleeps'
/** Less than any program takes. */
const LIMIT_PERCENT = 0.001
const THIN = ['sched', 'block', 'syscalls'] as const satisfies readonly ProbeId[]
const THIN_LATEST_MS = 60_000

export const described = async (): Promise<Finding[]> => {
  const ids = SPECS.map(({ id }) => id as ProbeId)
  const engine = await startEngine(ids)
  mkdirSync(GROUP)
  const seen = await engine.during(() => numbersOf('work', 'in', GROUP, 'loops', 'sleep', 20, 20))
  rmdirSync(GROUP)
  const findings = ids.flatMap((id) => {
    const status = engine.status(id)
    return [
      exact(`${id} loads and attaches`, status.is === 'live' ? 1 : 0, 1, '', 'why' in status ? status.why : status.is),
      exact(`${id} tells something`, seen.data(id).some(hasRows) ? 1 : 0, 1),
    ]
  })
  await engine.stop()
  return findings
}

const hasRows = (data: object): boolean =>
  'tables' in data && Object.values((data as TablesData).tables).some(({ rows }) => rows.length > 0)

/** What each goes on with when it takes more than it may. */
export const thin = async (): Promise<Finding[]> => {
  const engine = await startEngine(THIN, { options: ['--max-overhead', String(LIMIT_PERCENT)] })
  const begun = performance.now()
  const found = new Set<ProbeId>()
  while (found.size < THIN.length && performance.now() - begun < THIN_LATEST_MS) {
    const seen: Seen = await engine.during(async () => {
      await numbersOf('loops', 'getppid', 20_000)
      await lifeOf('work', 'direct', `/dev/${DISK}`, 'read', 40, 4096)
    })
    for (const id of THIN) if (seen.thin(id) > 0) found.add(id)
  }
  const findings = THIN.map((id) => {
    const status = engine.status(id)
    return exact(
      `${id} goes on in a lower tier`,
      found.has(id) ? 1 : 0,
      1,
      '',
      'why' in status ? status.why : status.is,
    )
  })
  await engine.stop()
  return findings
}
