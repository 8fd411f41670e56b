// Waits that began before anybody looked.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { startSched } from '../../../helpers/sched.ts'
import { schedstat } from '../../../helpers/schedstat.ts'
import { loopsPath, sleepMs, start, withProbe } from '../../../helpers/workload.ts'
import { rowOf } from './woken.ts'

bpfTest(
  'what a thread waited before anybody looked is no part of the wait after which it runs elsewhere',
  async (t) => {
    if (availableParallelism() < 2) return skip(t, 'there is one CPU')
    const hog = start('taskset', ['-c', '0', loopsPath(), 'spin', '1500'])
    const script = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; read x; read x; read x'
    const child = spawn('taskset', ['-c', '0', 'sh', '-c', script], { stdio: ['pipe', 'ignore', 'ignore'] })
    t.teardown(() => child.kill())
    await once(hog, 'exit')
    const [, waitedNs] = schedstat(child.pid!)
    t.true(waitedNs > 50e6, `${waitedNs} ns`)
    await withProbe(startSched, async (probe) => {
      probe.read()
      await once(start('taskset', ['-p', '-c', '1', `${child.pid}`]), 'exit')
      child.stdin.write('\n')
      await sleepMs(100)
      const row = rowOf(probe, child.pid!)
      t.true(row.waits > 0)
      t.true(row.waitMaxNs < 30e6, `${row.waitMaxNs} ns`)
    })
  },
  ['clang', 'taskset'],
)
