// The areas of `npm run truth`, small and quick; the table itself; and that a wrong figure is noticed.
import test from 'ava'
import { repeated, skip } from '../helpers/bpf.ts'
import { AREAS } from './areas.ts'
import { atLeast, atMost, besideStolen, exact, isOut, within, withinUnits, worst } from './check.ts'
import { reasonNot, runArea } from './run.ts'
import { summary, table } from './table.ts'

for (const area of AREAS) {
  const reason = reasonNot(area)
  test.serial(
    `${area.name}: what we say is true`,
    reason !== undefined
      ? (t) => skip(t, reason)
      : repeated(async (t) => {
          const checks = await runArea(area, 'quick')
          const out = checks.filter(isOut)
          t.true(checks.length > 0)
          t.is(out.length, 0, `\n${table(out)}`)
          for (const check of checks) if ('skipped' in check) t.log(`not compared: ${check.figure}: ${check.skipped}`)
        }),
  )
}

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
