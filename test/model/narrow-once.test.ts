// What is narrowed is made once: all that the page of a process asks for on a large screen is found again for the next frame.
import test from 'ava'
import { createStore } from '../../src/model/store.ts'
import { viewOf } from '../../src/model/view.ts'
import { fakeStream } from '../helpers/stream.ts'

const COLUMNS = 270

test('a frame makes nothing anew of what the one before it had', (t) => {
  const store = createStore()
  for (const message of fakeStream({ ticks: COLUMNS + 20, targetPid: 812, detail: true })) store.add(message)
  const view = viewOf(store, [{ is: 'process', pid: 812, comm: 'postgres' }])
  const frame = (): object[] =>
    (['sched', 'block', 'tcp', 'syscalls'] as const).flatMap((probe) => view.samples(probe, COLUMNS))
  const before = frame()
  t.is(before.length, 4 * COLUMNS)
  for (let i = 0; i < 3; i++) {
    const after = frame()
    t.is(after.filter((sample, index) => sample !== before[index]).length, 0)
  }
})
