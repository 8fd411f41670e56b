// Moving among places of any kind.
import test from 'ava'
import { moved } from '../../src/app/moves.ts'

test('by one, by a page, to an end, and never beyond', (t) => {
  const of = (at: number) => (by: Parameters<typeof moved>[1]) => moved(at, by, { page: 3, last: 9 })
  const all = ['up', 'down', 'pageUp', 'pageDown', 'first', 'last'] as const
  t.deepEqual(all.map(of(5)), [4, 6, 2, 8, 0, 9])
  t.deepEqual(all.map(of(0)), [0, 1, 0, 3, 0, 9])
  t.deepEqual(all.map(of(9)), [8, 9, 6, 9, 0, 9])
  t.is(of(-1)('down'), 0)
})
