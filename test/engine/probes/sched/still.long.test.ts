// Threads that sleep, of who has more than have rows.
import { execFileSync } from 'node:child_process'
import { start as startSched } from '../../../../src/engine/probes/sched/probe.ts'
import { schedOf } from '../../../../src/model/sched.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { startHere } from '../../../helpers/described-probe.ts'
import { until } from '../../../helpers/programs.ts'
import { sleepMs, start } from '../../../helpers/workload.ts'

bpfTest(
  'who has more threads that sleep is added up in each interval',
  async (t) => {
    const program =
      'import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\ntime.sleep(60)'
    const child = start('python3', ['-c', program])
    t.teardown(() => child.kill('SIGKILL'))
    const threads = (): number => Number(execFileSync('ps', ['-o', 'nlwp=', '-p', String(child.pid)]))
    await until(() => threads() === 2)
    const probe = startHere(t, startSched, 'sched')
    for (let i = 0; i < 4; i++) {
      await sleepMs(100)
      const data = probe.read()
      if (i < 2) continue
      const proc = schedOf(data).procs.find(({ pid }) => pid === child.pid)!
      t.is(proc.threads, 2)
      t.is(proc.sleepNs, 2 * data.elapsedNs!)
    }
  },
  ['python3'],
)
