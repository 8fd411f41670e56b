// On a machine with hierarchies of both versions: the group of a process that began and ended within an interval, which
// nobody can read in /proc any more.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { mountsNow } from '../../../../src/engine/proc/cgroups.ts'
import { hierarchiesOfOne } from '../../../../src/engine/proc/groups.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { testGroup } from '../../../helpers/control-group.ts'
import { startSched } from '../../../helpers/sched.ts'
import { withProbe } from '../../../helpers/workload.ts'

bpfTest('a process that ended before anybody looked at it is counted for its group', async (t) => {
  const [first] = hierarchiesOfOne(mountsNow())
  if (!first || !/ cgroup2 /.test(mountsNow())) return skip(t, 'not both versions of control groups are mounted')
  const group = testGroup(t, first.root, 'hierarchy of version 1', () => {})
  if (!group) return
  await withProbe(startSched, (probe) => {
    const script = 'echo $$ > "$0" && sleep 0.05; echo $$'
    const ran = spawnSync('sh', ['-c', script, join(first.root, group.path, 'cgroup.procs')], { encoding: 'utf8' })
    const outside = spawnSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' })
    const { procs } = probe.read().data
    const of = (pid: string) => procs.find((proc) => proc.pid === Number(pid))
    t.like(of(ran.stdout), { exited: true, cgroup: group.path })
    t.is(procs.filter(({ comm, cgroup }) => comm === 'sleep' && cgroup === group.path).length, 1, 'and what it started')
    t.true(of(outside.stdout)?.exited)
    t.not(of(outside.stdout)?.cgroup, group.path)
    t.not(of(outside.stdout)?.cgroup, undefined)
    return Promise.resolve()
  })
})
