// The pressure of a control group.
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { cgroupRoot, mountsNow } from '../../../src/engine/proc/cgroups.ts'
import { readPressure } from '../../../src/engine/proc/vmstat.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { groupIn, type GroupFolder } from '../../helpers/groups.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { sleepMs, startEndless } from '../../helpers/workload.ts'
import { type Counters, measured } from './limited.ts'

bpfTest('the pressure of a group, some and full, is what its files say', async (t) => {
  const root = cgroupRoot(mountsNow())
  if (root === undefined) return skip(t, 'version 2 of control groups is not mounted')
  let group: GroupFolder
  try {
    group = groupIn(root)
  } catch {
    return skip(t, 'control groups may not be made here')
  }
  t.teardown(() => group.remove())
  const folder = join(root, group.path)
  if (!readPressure(join(folder, 'cpu.pressure'))) return skip(t, 'this kernel keeps no pressure of groups')
  const file = join(temporaryFolder(t), 'file')
  const enter = `echo $$ > ${join(folder, 'cgroup.procs')}`
  // first one that waits for a disk alone, then more than there are CPUs
  const busy = Array.from({ length: availableParallelism() + 1 }, () =>
    startEndless('sh', ['-c', `${enter}; sleep 1; while :; do :; done`]),
  )
  t.teardown(() => busy.forEach((child) => child.kill('SIGKILL')))
  const truth = (): Counters =>
    Object.fromEntries(
      ['cpu', 'memory', 'io'].flatMap((what) => {
        const { someNs, fullNs } = readPressure(join(folder, `${what}.pressure`))!
        return [[`${what}PressureNs`, someNs], ...(fullNs === undefined ? [] : [[`${what}FullNs`, fullNs]])]
      }),
    )
  const { row, tookNs } = await measured(t, group.path, truth, async () => {
    spawnSync('sh', ['-c', `${enter}; exec dd if=/dev/zero of=${file} bs=64k count=64 oflag=direct,sync 2>/dev/null`])
    await sleepMs(1500)
  })
  t.true(Number(row.cpuPressureNs) > 0 && Number(row.cpuPressureNs) <= tookNs)
  for (const what of ['cpu', 'memory', 'io'] as const)
    if (row[`${what}FullNs`] !== null) t.true(Number(row[`${what}FullNs`]) <= Number(row[`${what}PressureNs`]))
})
