import test from 'ava'
import { turnMs } from '../../../src/engine/proc/turn.ts'

test('it stands still while something runs, and goes on afterwards', async (t) => {
  const first = turnMs()
  const end = performance.now() + 2
  while (performance.now() < end);
  t.is(turnMs(), first)
  await Promise.resolve()
  t.true(turnMs() >= end)
})
