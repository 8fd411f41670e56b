// Beside another busy process on the same CPU: time goes on only while work is done here.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import test from 'ava'
import { skip } from '../helpers/bpf.ts'
import { missingCommand } from '../helpers/rights.ts'
import { startEndless } from '../helpers/workload.ts'
import { ownTime } from './own-time.ts'

const WORK_MS = 1000

const bindTo = (cpus: string): void => void execFileSync('taskset', ['-pc', cpus, String(process.pid)])

test.serial('what another process takes of the CPU is not in it, work is', (t) => {
  const reason = existsSync('/proc/self/schedstat') ? missingCommand(['taskset']) : 'no /proc/self/schedstat'
  if (reason) return skip(t, reason)
  const allowed = execFileSync('taskset', ['-pc', String(process.pid)], { encoding: 'utf8' })
    .split(':')[1]!
    .trim()
  const cpu = allowed.split(/[-,]/)[0]!
  const beside = startEndless('taskset', ['-c', cpu, 'sh', '-c', 'while :; do :; done'])
  try {
    bindTo(cpu)
    const [ms, own, used] = [performance.now(), ownTime(), process.cpuUsage()]
    while (performance.now() - ms < WORK_MS);
    const passed = ownTime() - own
    const { user, system } = process.cpuUsage(used)
    const workedMs = (user + system) / 1000
    t.true(workedMs < 0.8 * WORK_MS, `the other one had nothing: ${workedMs} ms`)
    t.true(Math.abs(passed - workedMs) < 0.1 * WORK_MS, `${passed} ms for ${workedMs} ms of work`)
  } finally {
    bindTo(allowed)
    beside.kill('SIGKILL')
  }
})
