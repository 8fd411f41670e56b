import test from 'ava'
import { compareTable } from './compare.ts'
import { added, addedShare, addTo, find, medianOf, merge, spreadOf } from './figures.ts'
import type { Figure } from './figures.ts'

const figure = (row: string, values: number[], name = 'ns a call', part = 'calls'): Figure => ({
  part,
  row,
  name,
  values,
})

test('median and spread', (t) => {
  t.is(medianOf(figure('bare', [3, 1, 100])), 3)
  t.is(spreadOf(figure('bare', [10, 20, 30, 40, 50])), 10)
  t.is(spreadOf(figure('bare', [7])), 0)
  t.is(medianOf(undefined), undefined)
})

test('what a row adds is taken against the bare runs around it', (t) => {
  // the machine became twice as slow: medians alone would say 60
  const ours = { ...figure('ours', [150, 160, 300]), bare: [100, 100, 200] }
  t.deepEqual(added(ours), [50, 60, 100])
  t.deepEqual(
    addedShare(ours).map((share) => Math.round(share * 100)),
    [50, 60, 50],
  )
  t.deepEqual(added(figure('ours', [150])), [])
})

test('a figure without values is not found', (t) => {
  const figures = [{ ...figure('btop', []), missing: 'not installed: btop' }, figure('ours', [1])]
  t.is(find(figures, 'calls', 'btop', 'ns a call'), undefined)
  t.is(find(figures, 'calls', 'ours', 'ns a call'), figures[1])
})

test('newer figures replace those of the same key, or are added to them', (t) => {
  const older = [figure('bare', [1]), figure('bare', [5], 'IOPS', 'blockio')]
  t.deepEqual(merge(older, [figure('bare', [2])]), [figure('bare', [2]), older[1]!])
  t.deepEqual(addTo(older, [figure('bare', [2, 3]), figure('ours', [4])]), [
    figure('bare', [1, 2, 3]),
    older[1]!,
    figure('ours', [4]),
  ])
  const paired = { ...figure('ours', [4]), bare: [2] }
  t.deepEqual(addTo([paired], [paired]), [{ ...figure('ours', [4, 4]), bare: [2, 2] }])
})

test('a comparison names only what both have, and what the spread explains', (t) => {
  const before = [figure('bare', [100, 100, 100]), figure('ours', [200, 220, 240]), figure('gone', [1])]
  const now = [figure('bare', [50, 50, 50]), figure('ours', [205, 225, 245]), figure('new', [1])]
  t.is(
    compareTable(now, before),
    [
      '| figure | before | now | ratio |  |',
      '| --- | --- | --- | --- | --- |',
      '| calls / bare / ns a call | 100 ±0 | 50.0 ±0 | 0.50 |  |',
      '| calls / ours / ns a call | 220 ±10.0 | 225 ±10.0 | 1.02 | within the spread |',
    ].join('\n'),
  )
  t.regex(compareTable(now, []), /nothing to compare/)
})
