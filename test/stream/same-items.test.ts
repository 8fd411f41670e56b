import test from 'ava'
import { sameItems } from '../../src/stream/same-items.ts'

test('the very same, in the same places, and no more of them', (t) => {
  const row = [1]
  t.true(sameItems([], []))
  t.true(sameItems([row, 'a', undefined], [row, 'a', undefined]))
  t.false(sameItems([row], [[1]]))
  t.false(sameItems(['a', 'b'], ['b', 'a']))
  t.false(sameItems(['a'], ['a', undefined]))
  t.false(sameItems(['a', undefined], ['a']))
})
