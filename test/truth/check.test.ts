// What is called out, and the table that says so.
import test from 'ava'
import { atLeast, atMost, besideStolen, between, exact, isOut, within, withinUnits, worst } from './check.ts'
import { summary, table } from './table.ts'

test('a figure that is off is out', (t) => {
  t.false(isOut(exact('a', 5, 5)))
  t.true(isOut(exact('a', 5, 6)))
  t.true(isOut(exact('a', 5, 0)))
  t.false(isOut(within(0.01)('a', 101, 100)))
  t.true(isOut(within(0.01)('a', 98, 100)))
  t.true(isOut(within(0.01)('a', NaN, 100)))
  t.false(isOut(withinUnits(2)('a', 98, 100)))
  t.true(isOut(withinUnits(1)('a', 98, 100)))
  t.false(isOut(besideStolen(10, within(0.01)('a', 89, 100))))
  t.true(isOut(besideStolen(10, within(0.01)('a', 88, 100))))
  t.true(isOut(besideStolen(0, within(0.01)('a', 98, 100))))
  t.false(isOut(between(0)('a', 90, 90, 110)))
  t.true(isOut(between(0)('a', 89, 90, 110)))
  t.false(isOut(between(0.01)('a', 111, 90, 110)))
  t.true(isOut(between(0)('a', 0, 0, 0)))
  t.true(isOut(atMost('a', 101, 100)))
  t.true(isOut(atLeast('a', 99, 100)))
  t.true(isOut(worst([exact('a', 5, 5), within(0.1)('b', 3, 2)], 'c')))
})

test('the table', (t) => {
  const area = 'demo'
  const checks = [
    { area, ...within(0.01)('time', 1_020_000, 1_000_000, 'ns', 'a loop') },
    { area, ...exact('calls', 1_000_000, 1_000_000) },
    { area, figure: 'disks', skipped: 'not installed: fio' },
  ]
  t.is(
    table(checks),
    [
      '| area | figure |      ours | ground truth | error | allowed |                               |',
      '|------|--------|----------:|-------------:|------:|--------:|-------------------------------|',
      '| demo | time   |  1.020 ms |     1.000 ms |   2 % |     1 % | OUT, a loop                   |',
      '| demo | calls  | 1,000,000 |    1,000,000 |     0 |       0 | ok                            |',
      '| demo | disks  |           |              |       |         | *skipped*: not installed: fio |',
    ].join('\n'),
  )
  t.is(summary(checks), '3 checks, 1 out, 1 skipped')
})
