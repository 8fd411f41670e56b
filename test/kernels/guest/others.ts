// The probes that no area is about (there is no bpftrace here), and the programs of the lower tiers: that the kernel takes
// their programs, and that they tell something.
import { lookup } from 'node:dns/promises'
import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { exact } from '../../truth/check.ts'
import type { Finding } from '../../truth/check.ts'
import type { TablesData } from '../../../src/stream/tables.ts'
import type { ProbeId } from '../../../src/stream/probe-ids.ts'
import { loadPlanned } from '../../../src/engine/native/object.ts'
import { plan as planNetwork } from '../../../src/engine/probes/network/probe.ts'
import { plan as planTcp } from '../../../src/engine/probes/tcp/probe.ts'
import { openCounted } from '../../../src/engine/native/counted.ts'
import type { CountedProc, CountedSource } from '../../../src/engine/base/counted-source.ts'
import { start as startSampled } from '../../../src/engine/probes/sched/sampled.ts'
import { schedOf } from '../../../src/model/sched.ts'
import { SPECS } from '../../../src/engine/probes/registry.ts'
import { CORE, startEngine } from './engine.ts'
import { DISK } from './disk.ts'
import { lifeOf, numbersOf } from './programs.ts'

/** Containers are groups. */
const GROUP = '/sys/fs/cgroup/sleeps'
const READINGS = 40
const ROUNDS = 10
const OBJECTS = '/probetop/.build/probes/x64'
const HAVE_AREAS: readonly string[] = CORE
/** Those for whom there is nothing here to tell of, and why. */
const SILENT: Partial<Record<string, string>> = {
  fsync: 'ext4, XFS and btrfs are modules that are not inserted: nothing is synced here',
}

export const described = async (): Promise<Finding[]> => {
  const ids = SPECS.filter(({ id, kind }) => !HAVE_AREAS.includes(id) && kind !== 'bpftrace').map(
    ({ id }) => id as ProbeId,
  )
  const engine = await startEngine(ids)
  mkdirSync(GROUP)
  const silent = new Set<ProbeId>(ids.filter((id) => !SILENT[id]))
  // a reading of waits that takes long comes seldom
  for (let round = 0; round < ROUNDS && silent.size > 0; round++) {
    const seen = await engine.during(() =>
      Promise.all([
        numbersOf('work', 'in', GROUP, 'loops', 'sleep', 20, 20),
        numbersOf('work', 'tcp', 4, 1000, 1000, 200),
        lifeOf('work', 'direct', `/dev/${DISK}`, 'read', 20, 4096),
        // nobody knows it: that is an answer, too
        lookup('nowhere.test').catch(() => {}),
      ]),
    )
    for (const id of silent) if (seen.data(id).some(hasRows)) silent.delete(id)
  }
  rmdirSync(GROUP)
  const findings = ids.flatMap((id) => {
    const status = engine.status(id)
    return [
      exact(`${id} loads and attaches`, status.is === 'live' ? 1 : 0, 1, '', 'why' in status ? status.why : status.is),
      SILENT[id]
        ? { figure: `${id} tells something`, skipped: SILENT[id] }
        : exact(`${id} tells something`, silent.has(id) ? 0 : 1, 1),
    ]
  })
  await engine.stop()
  return findings
}

const hasRows = (data: object): boolean =>
  'tables' in data && Object.values((data as TablesData).tables).some(({ rows }) => rows.length > 0)

/** The program of the lower tiers, loaded without an engine that gives up the others: statistics of programs, which it
 * would need, patch code of the kernel that all CPUs run, which emulated ones do not seem to survive every time. */
export const counted = async (): Promise<Finding[]> => {
  let accounts: CountedSource | undefined
  try {
    accounts = openCounted(OBJECTS)
    const running = numbersOf('loops', 'sleep', 40, 20)
    let found: CountedProc | undefined
    for (let i = 0; i < READINGS && !found; i++) {
      await setTimeout(50)
      found = accounts.read().find(({ comm, switches }) => comm === 'loops' && switches > 0)
    }
    await running
    return [exact('counted tells something', found ? 1 : 0, 1)]
  } catch (error) {
    return [exact('counted loads', 0, 1, '', String(error))]
  } finally {
    accounts?.close()
  }
}

const context = { objects: OBJECTS, object: '', scripts: '', intervalMs: 1000, nowMs: Date.now, log: () => {} }

/** What is loaded where a kernel refuses something that this one may take. */
export const otherwise = (): Finding[] =>
  Object.entries({ tcp: planTcp, network: planNetwork }).map(([id, plan]) => {
    try {
      const { otherwise: other } = plan({ ...context, object: join(OBJECTS, `${id}.bpf.o`) })
      loadPlanned(other!).object.close()
      return exact(`${id} loads where sockets may be read only`, 1, 1)
    } catch (error) {
      return exact(`${id} loads where sockets may be read only`, 0, 1, '', String(error))
    }
  })

/** The scheduler seen in windows: that it is, and that waits and sleeps are seen. */
export const sampled = async (): Promise<Finding[]> => {
  const probe = startSampled(context)
  try {
    await setTimeout(500)
    probe.read()
    const running = numbersOf('loops', 'sleep', 200, 5)
    await setTimeout(2000)
    const { tier, ...tables } = probe.read()
    const data = schedOf(tables)
    await running
    return [
      exact('scheduler, sampled, in windows', tier?.is === 'sampled' ? 1 : 0, 1, '', tier?.is ?? 'in full'),
      exact('scheduler, sampled, sees waits', data.runq.count > 0 ? 1 : 0, 1),
      exact('scheduler, sampled, sees sleeps', data.sleep.count > 0 ? 1 : 0, 1),
      exact('scheduler, sampled, knows the call', data.procs.some(({ calls }) => calls.length > 0) ? 1 : 0, 1),
    ]
  } finally {
    await probe.close()
  }
}
