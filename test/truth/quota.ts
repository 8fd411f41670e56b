// CPU quotas: busy processes in a control group that may use a fifth of a CPU, against the group's own accounts and the
// schedstat of each, which takes the time without quota for a wait.
import { startSched, type SchedProbe } from '../helpers/sched.ts'
import { controllerRoot, groupIn } from '../helpers/groups.ts'
import type { GroupFolder } from '../helpers/groups.ts'
import { withProbe } from '../helpers/workload.ts'
import { atLeast, besideStolen, skipped, within } from './check.ts'
import type { Area, Finding } from './check.ts'
import { rowsOf } from './runq.ts'
import { onCpuNs, prepare, readMeanwhile, total } from './workload.ts'

const PERIOD_US = 100_000
const QUOTA_US = 20_000

export const area: Area = {
  name: 'quota',
  needs: ['clang'],
  bpf: true,
  checks: async (scale) => {
    const root = controllerRoot('cpu')
    let group: GroupFolder | undefined
    try {
      group = root === undefined ? undefined : groupIn(root)
      if (group) setQuota(group)
    } catch {
      await group?.remove()
      group = undefined
    }
    if (!group) return [skipped('a fifth of a CPU', 'no control group with a CPU quota can be made')]
    try {
      return await withProbe(startSched, async (probe) => [
        ...(await throttled(probe, group, 1, scale === 'full' ? 5000 : 1500)),
        ...(await throttled(probe, group, 3, scale === 'full' ? 5000 : 1500)),
      ])
    } finally {
      await group.remove()
    }
  },
}

export const setQuota = (group: GroupFolder): void => {
  try {
    group.write('cpu.max', `${QUOTA_US} ${PERIOD_US}`)
  } catch {
    group.write('cpu.cfs_period_us', String(PERIOD_US))
    group.write('cpu.cfs_quota_us', String(QUOTA_US))
  }
}

/** Of version 1 in ns, of version 2 in us. */
export const throttledNs = (group: GroupFolder): number => {
  const stat = group.read('cpu.stat')
  const ns = /^throttled_time (\d+)/m.exec(stat)
  return ns ? Number(ns[1]) : 1000 * Number(/^throttled_usec (\d+)/m.exec(stat)![1])
}

/** They share a CPU, so that its queue is throttled when they are: with one alone for as long, with several the queue
 * for as long as the one that ran out first. */
const throttled = async (probe: SchedProbe, group: GroupFolder, processes: number, ms: number): Promise<Finding[]> => {
  const work = await prepare(0, processes, 'spin', ms)
  for (const pid of work.pids) group.take(pid)
  probe.read()
  const before = throttledNs(group)
  const { readings, done } = await readMeanwhile(probe, 230, work.go())
  const truth = throttledNs(group) - before
  const rows = rowsOf(readings, work.pids)
  const title = `${processes} in a group with a fifth of a CPU`
  const stolenNs = done[0]!.stolenNs
  const ours = total(rows, (row) => row.throttledNs)
  return [
    processes === 1
      ? besideStolen(stolenNs, within(0.02)(`${title}: throttled`, ours, truth, 'ns', 'cpu.stat'))
      : atLeast(`${title}: throttled`, ours, truth * 0.98, 'ns', 'at least cpu.stat, less 2 %'),
    besideStolen(
      stolenNs,
      within(0.01)(
        `${title}: throttled and waiting`,
        ours + total(rows, (row) => row.waitNs),
        total(done, (life) => life.lifeWaitNs),
        'ns',
        'schedstat',
      ),
    ),
    within(0.01)(
      `${title}: on CPU`,
      total(rows, (row) => row.onCpuNs),
      total(done, onCpuNs),
      'ns',
      'schedstat',
    ),
  ]
}
