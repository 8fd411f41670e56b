import test from 'ava'
import { createRecently } from '../../../src/model/base/recently.ts'

test('of the objects asked for last it is known what was made, of those before no more', (t) => {
  const made: number[] = []
  const recently = createRecently<{ id: number }>(2)
  const ask = (of: { id: number }, ...more: unknown[]) =>
    recently([of, ...more], () => (made.push(of.id), { id: of.id }))
  const [one, two, three] = [{ id: 1 }, { id: 2 }, { id: 3 }]
  for (const of of [one, two, one, three, one, two]) t.is(ask(of).id, of.id)
  t.deepEqual(made, [1, 2, 3, 2], 'what is asked for again stays')
  ask(two, 'other things')
  t.deepEqual(made, [1, 2, 3, 2, 2])
})
