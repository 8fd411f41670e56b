// What limits do to control groups, and how long they wait: against their own files and the kernel's schedstat, in the same
// interval.
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { schedstat } from '../../helpers/schedstat.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { controllerGroup } from '../../helpers/controller.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { compiled, sleepMs, startEndless } from '../../helpers/workload.ts'
import { type Counters, measured } from './limited.ts'

bpfTest(
  'a group with a quota of 20 % is throttled as its cpu.stat says, and runs and waits as its threads do',
  async (t) => {
    const group = controllerGroup(t, 'cpu')
    if (!group) return
    if (group.version === 1) group.write('cpu.cfs_quota_us', '20000')
    else group.write('cpu.max', '20000 100000')
    const busy = [0, 1].map(() => startEndless('sh', ['-c', `${group.enter}; while :; do :; done`]))
    t.teardown(() => busy.forEach((child) => child.kill('SIGKILL')))
    const truth = (): Counters => {
      const text = group.read('cpu.stat')
      const stat = (name: string): number | undefined => {
        const found = new RegExp(`^${name} (\\d+)`, 'm').exec(text)
        return found ? Number(found[1]) : undefined
      }
      const each = busy.map(({ pid }) => schedstat(pid!))
      return {
        periods: stat('nr_periods')!,
        throttledPeriods: stat('nr_throttled')!,
        throttledNs: stat('throttled_time') ?? stat('throttled_usec')! * 1000,
        cpuNs: each.reduce((sum, [cpu]) => sum + cpu!, 0),
        waitNs: each.reduce((sum, [, wait]) => sum + wait!, 0),
      }
    }
    // a thread's time is put down at ticks while it runs
    const { row, tookNs } = await measured(t, group.path, truth, () => sleepMs(1500), { cpuNs: 20e6, waitNs: 5e6 })
    t.is(row.quota, 20)
    t.true(Number(row.throttledPeriods) > 0 && Number(row.throttledNs) > 0)
    t.true(Number(row.throttledNs) <= busy.length * tookNs)
    t.true(Number(row.cpuNs) > 0 && Number(row.cpuNs) <= 0.3 * tookNs, `CPU ${row.cpuNs} of ${tookNs}`)
  },
)

bpfTest(
  'how often a group was at its limit, and who was killed for it, is what its files say',
  async (t) => {
    const group = controllerGroup(t, 'memory')
    if (!group) return
    group.write(group.version === 1 ? 'memory.limit_in_bytes' : 'memory.max', String(32 * 1024 * 1024))
    const events = (file: string, name: string): number =>
      Number(new RegExp(`^${name} (\\d+)`, 'm').exec(group.read(file))![1])
    const truth = (): Counters =>
      group.version === 1
        ? { limitHits: Number(group.read('memory.failcnt')), oomKills: events('memory.oom_control', 'oom_kill') }
        : {
            limitHits: events('memory.events', 'max'),
            highHits: events('memory.events', 'high'),
            ooms: events('memory.events', 'oom'),
            oomKills: events('memory.events', 'oom_kill'),
          }
    const file = join(temporaryFolder(t), 'file')
    execFileSync('truncate', ['--size', '100M', file])
    const { row } = await measured(t, group.path, truth, () => {
      execFileSync('sh', ['-c', `${group.enter}; exec dd if=${file} of=/dev/null bs=1M 2>/dev/null`])
      const killed = spawnSync('sh', [
        '-c',
        `${group.enter}; exec ${compiled('faults', 'test/engine/probes/fixtures')} 20000`,
      ])
      t.is(killed.signal, 'SIGKILL')
    })
    t.true(Number(row.limitHits) > 0)
    t.is(row.oomKills, 1)
    if (group.version === 1) t.deepEqual([row.highHits, row.ooms], [null, null], 'version 1 counts neither')
  },
  ['clang'],
)
