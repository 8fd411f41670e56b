import test from 'ava'
import { createBudget } from '../../../src/engine/bpftrace/script-budget.ts'

const MB = 1e6

test('so many as fit run; one more is told what there is, and gets in when another leaves', (t) => {
  const budget = createBudget(280 * MB, () => 100 * MB)
  const leave = budget.enter(() => 1)
  budget.enter(() => 2)
  const error = t.throws(() => budget.enter(() => 3))
  t.is(error.message, '2 scripts take 200 MB, and 280 MB are allowed')
  leave()
  t.notThrows(() => budget.enter(() => 3))
})

test('one that is not measured yet counts as what one takes; the first always runs; 0 is any', (t) => {
  const budget = createBudget(170 * MB, () => undefined)
  budget.enter(() => undefined)
  t.throws(() => budget.enter(() => undefined), { message: '1 script takes 90 MB, and 170 MB are allowed' })
  t.notThrows(() => createBudget(1).enter(() => undefined))
  const any = createBudget(0, () => 1e12)
  for (let i = 0; i < 20; i++) t.notThrows(() => any.enter(() => i))
})
