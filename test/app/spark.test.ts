// Little bars: of the most, eight levels, and what nobody looked at.
import test from 'ava'
import { scaleOf, sparkRows } from '../../src/app/spark.ts'
import { timeLabel } from '../../src/app/time-axis.ts'

test('eighths of the most; anything at all is seen, nothing is blank, no data is a dot', (t) => {
  t.deepEqual(sparkRows([8, 4, 0.01, 0, undefined, undefined, 8], true, 'series1', 1), [
    [
      ['█▄▁ ', 'series1'],
      ['··', 'border'],
      ['█', 'series1'],
    ],
  ])
  t.deepEqual(sparkRows([-1, 2], true, 'bad', 1), [[[' █', 'bad']]])
  t.deepEqual(sparkRows([], true, 'bad', 1), [[]])
})

test('a scale is of the most, or by equal factors from half of the least', (t) => {
  t.deepEqual([0, 1, 4].map(scaleOf([1, 4, undefined], false)), [0, 0.25, 1])
  t.deepEqual([8, 32, 2].map(scaleOf([4, 32], true)), [0.5, 1, 0])
  t.is(scaleOf([30, 32], true)(16), 0.5, 'at least a factor of four')
  t.deepEqual([scaleOf([0, undefined], false)(5), scaleOf([], true)(5)], [0, 0])
})

test('how long before', (t) => {
  t.deepEqual(
    [0, 49, 50, 12_000].map((ageMs) => timeLabel(100_000 - ageMs, 100_000)),
    ['now', 'now', '-0.1s', '-12s'],
  )
})

test('several rows have more steps: the highest first, the least is seen, no data is told once', (t) => {
  const rows = sparkRows([undefined, 0, 0.01, 8, 12, 16], true, 'text', 2).map((row) =>
    row.map(([text]) => text).join(''),
  )
  t.deepEqual(rows, ['    ▄█', '· ▁███'])
})
