// When threads are woken, told by their queues or by hooks: on the real kernel, and which of the two.
import { availableParallelism } from 'node:os'
import { openWakeUps } from '../../../../src/engine/probes/sched/wake-ups.ts'
import { kernelHasMember } from '../../../../src/engine/native/btf.ts'
import type { BpfObject } from '../../../../src/engine/native/object.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { startSched } from '../../../helpers/sched.ts'
import { loopsPath, sleepMs, start, withProbe } from '../../../helpers/workload.ts'
import { rowOf } from './woken.ts'

const HOLD_MS = 300

bpfTest(
  'a thread that is moved as it waits has waited since it was woken',
  async (t) => {
    if (availableParallelism() < 2) return skip(t, 'there is one CPU')
    await withProbe(startSched, async (probe) => {
      const child = start('taskset', ['-c', '0', loopsPath(), 'sleep', '1000', '20'])
      await sleepMs(200)
      const hog = start('chrt', ['-f', '50', 'taskset', '-c', '0', loopsPath(), 'spin', '800'])
      await sleepMs(50)
      probe.read()
      await sleepMs(HOLD_MS)
      const waiting = rowOf(probe, child.pid!)
      t.true(waiting.waitNs > (HOLD_MS - 50) * 1e6, `${waiting.waitNs} ns of the interval`)
      start('taskset', ['-p', '-c', '1', `${child.pid}`])
      await sleepMs(150)
      const moved = rowOf(probe, child.pid!)
      t.true(moved.waits > 0 && moved.switches > 0, 'it ran')
      t.true(moved.waitMaxNs > HOLD_MS * 1e6, `${moved.waitMaxNs} ns`)
      child.kill()
      hog.kill()
    })
  },
  ['clang', 'chrt', 'taskset'],
)

const fakeObject = () => {
  const said: string[] = []
  const hooks = ['moved', 'switch_state', 'wakeup', 'wakeup_new']
  const object = {
    layout: () => ({ byQueue: 40 }),
    programFds: () => new Map([...hooks, 'read_tasks'].map((name) => [name, 0])),
    isIterator: (name: string) => name === 'read_tasks',
    attach: (names: readonly string[]) => void said.push(`attach ${names.join(' ')}`),
    detach: (names: readonly string[]) => void said.push(`detach ${names.join(' ')}`),
  }
  const tell = (offset: number, value: number): void => void said.push(`tell ${offset} ${value}`)
  const log = (_: string, text: string): void => void said.push(text)
  const opened = openWakeUps(object as unknown as BpfObject, tell, log)
  return { opened, said }
}

bpfTest('notes that cannot be: hooks from then on', (t) => {
  const { opened, said } = fakeObject()
  if (!kernelHasMember('task_struct', 'throttled')) {
    t.deepEqual(said, ['tell 40 0', 'attach switch_state wakeup wakeup_new'])
    return
  }
  t.deepEqual(said, ['tell 40 1', 'attach moved switch_state'])
  opened.check(1, 100)
  opened.check(2, 1e6)
  opened.check(1002, 1e6)
  t.is(said.length, 2, 'few are a chance')
  opened.check(2004, 1e6)
  t.deepEqual(said.slice(2), [
    'attach wakeup wakeup_new',
    'tell 40 0',
    'detach moved',
    "the clocks of this machine's CPUs differ (1002 of 1000000 waits): wake-ups are hooked",
  ])
  opened.check(9000, 1e6)
  t.is(said.length, 6)
})
