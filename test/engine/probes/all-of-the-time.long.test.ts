// All of the time of a program whose threads each wait in one known way: the classes are right, and the sum is exact.
import { spawn } from 'node:child_process'
import { start as startSched } from '../../../src/engine/probes/sched/probe.ts'
import { start as startWaits } from '../../../src/engine/probes/waits/probe.ts'
import { namesIn, schedOf } from '../../../src/model/sched.ts'
import type { TimeClass } from '../../../src/stream/time-classes.ts'
import { seenIn } from '../../../src/model/waits/seen-waits.ts'
import { timeSplit } from '../../../src/model/waits/time-split.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { startHere } from '../../helpers/described-probe.ts'
import { compiled, sleepMs } from '../../helpers/workload.ts'

const WAYS: readonly (readonly [thread: string, TimeClass])[] = [
  ['timer', 'timer'],
  ['lock', 'lock'],
  ['pipe', 'local'],
  ['socket', 'local'],
  ['child', 'child'],
  ['idle pipe', 'idle'],
  ['idle socket', 'idle'],
  ['own pipe', 'event'],
  ['client', 'idle'],
]

bpfTest(
  'threads that wait in one way each: by name of thread and by process, and all of it adds up',
  async (t) => {
    const child = spawn(compiled('mix', 'test/engine/probes/fixtures'), { stdio: ['pipe', 'pipe', 'inherit'] })
    t.teardown(() => child.kill('SIGKILL'))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const sched = startHere(t, startSched, 'sched')
    const waits = startHere(t, startWaits, 'waits')
    sched.command!({ cmd: 'options', options: { names: true } })
    await sleepMs(500)
    sched.read()
    // reading waits takes its time on a busy machine
    const fromNs = process.hrtime.bigint()
    waits.read()
    await sleepMs(1000)
    // other ends are found by the first search, said in the next reading
    waits.read()
    await sleepMs(1000)
    const livedNs = Number(process.hrtime.bigint() - fromNs)
    const times = sched.read()
    const seen = seenIn(waits.read())
    const names = namesIn(times)!
    for (const [thread, wanted] of WAYS) {
      const split = timeSplit(
        names.find(({ comm }) => comm === thread)!,
        seen.ofName(thread),
      )!
      // of the time that it did not wait for a CPU, which on a busy machine it does
      t.true(split.ns[wanted] > 0.97 * (split.totalNs - split.ns.runq), `${thread}: ${JSON.stringify(split)}`)
    }
    const proc = schedOf(times).procs.find(({ pid }) => pid === child.pid)!
    const whole = timeSplit(proc, seen.ofProcess(proc.pid))!
    const sum = Object.values(whole.ns).reduce((all, each) => all + each, 0)
    t.true(Math.abs(sum - whole.totalNs) < 1e-3 * sum)
    t.true(Math.abs(sum / (1 + WAYS.length) / livedNs - 1) < 0.05, `${sum} of ${1 + WAYS.length} threads in ${livedNs}`)
    // by name is the same threads once more
    const byName = names.reduce((all, name) => all + timeSplit(name, new Map())!.totalNs, 0)
    const byProcess = schedOf(times).procs.reduce((all, one) => all + timeSplit(one, new Map())!.totalNs, 0)
    t.true(Math.abs(byName / byProcess - 1) < 1e-6, `${byName} and ${byProcess}`)
  },
  ['clang'],
)
