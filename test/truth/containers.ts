// Control groups: busy processes in one with a fifth of a CPU, and one that keeps a known number of pages, against what the
// processes' own accounts and the group's files have.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { start } from '../../src/engine/probes/containers/probe.ts'
import type { DescribedProbe } from '../../src/engine/base/described-probe.ts'
import { rowsOf } from '../helpers/described-probe.ts'
import { controllerRoot, groupIn, type GroupFolder } from '../helpers/groups.ts'
import { compiled, probeContext } from '../helpers/workload.ts'
import { atLeast, between, skipped, within } from './check.ts'
import type { Area, Finding } from './check.ts'
import { setQuota, throttledNs } from './quota.ts'
import { prepare, readMeanwhile, total } from './workload.ts'

const PROCESSES = 3

export const area: Area = {
  name: 'containers',
  needs: ['clang'],
  bpf: true,
  async checks(scale) {
    const probe = start({ ...probeContext, object: join(probeContext.objects, 'containers.bpf.o') })
    try {
      return [
        ...(await inGroup('cpu', 'time of a group with a quota', (group) =>
          busy(probe, group, scale === 'full' ? 8000 : 1500),
        )),
        ...(await inGroup('memory', 'memory of a group', (group) => holding(probe, group, 10_000))),
      ]
    } finally {
      await probe.close()
    }
  },
}

const inGroup = async (
  controller: string,
  figure: string,
  body: (group: GroupFolder) => Promise<Finding[]>,
): Promise<Finding[]> => {
  const root = controllerRoot(controller)
  let group: GroupFolder
  try {
    if (root === undefined) return [skipped(figure, `no control groups with ${controller} are mounted`)]
    group = groupIn(root)
  } catch {
    return [skipped(figure, 'control groups may not be made here')]
  }
  try {
    return await body(group)
  } finally {
    await group.remove()
  }
}

const rowOf = (data: ReturnType<DescribedProbe['read']>, group: GroupFolder) =>
  rowsOf(data, 'groups').find(({ cgroup }) => cgroup === group.path)

const busy = async (probe: DescribedProbe, group: GroupFolder, ms: number): Promise<Finding[]> => {
  setQuota(group)
  const work = await prepare(-1, PROCESSES, 'spin', ms)
  for (const pid of work.pids) group.take(pid)
  probe.read() // what they did before is another group's
  const outer = throttledNs(group)
  const { readings, done } = await readMeanwhile(probe, 230, work.go())
  const throttled = throttledNs(group) - outer
  const sum = (id: 'cpuNs' | 'waitNs' | 'throttledNs'): number =>
    total(readings, (data) => Number(rowOf(data, group)?.[id] ?? 0))
  const title = `${PROCESSES} busy in a group with a fifth of a CPU`
  return [
    within(0.02)(
      `${title}: CPU time`,
      sum('cpuNs'),
      total(done, (life) => life.cpuNs),
      'ns',
      'own clock',
    ),
    within(0.02)(
      `${title}: waited`,
      sum('waitNs'),
      total(done, (life) => life.waitNs),
      'ns',
      'schedstat',
    ),
    // it may end its last period between our last reading and the truth's
    within(0.05)(`${title}: throttled`, sum('throttledNs'), throttled, 'ns', 'cpu.stat'),
  ]
}

/** A process that has touched so many pages and waits. */
const holding = async (probe: DescribedProbe, group: GroupFolder, pages: number): Promise<Finding[]> => {
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      '--',
      'sh',
      '-c',
      `read go; exec ${compiled('faults', 'test/engine/probes/fixtures')} ${pages} wait`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'close')
  try {
    group.take(child.pid!)
    child.stdin.write('\n')
    await once(child.stdout, 'data')
    const used = (): number => {
      try {
        return Number(group.read('memory.current'))
      } catch {
        return Number(group.read('memory.usage_in_bytes'))
      }
    }
    const before = used()
    const row = rowOf(probe.read(), group)
    const after = used()
    const ours = Number(row?.memoryBytes)
    return [
      between(0)('memory of a group', ours, Math.min(before, after), Math.max(before, after), 'bytes', 'its own file'),
      atLeast('memory of a group: pages of its program', ours, pages * 4096, 'bytes', 'at least what it touched'),
    ]
  } finally {
    child.stdin.end()
    await ended
  }
}
