import test from 'ava'
import { countCells, rowOf, scaleTop } from '../../src/app/draw/heat.ts'
import { firstRow } from '../../src/app/draw/table.ts'
import { fitFigures } from '../../src/app/draw/stats.ts'
import { slotOf, SLOTS } from '../../src/model/histogram.ts'
import { fakeHist, randomFrom } from '../helpers/stream.ts'

test('every event is in one cell, whatever the height', (t) => {
  const random = randomFrom(5)
  for (const height of [1, 3, 7, 8, 20, 40]) {
    const hist = fakeHist(random, [
      [5000, 300, 8],
      [5e9, 20, 6],
    ])
    const counts = countCells([{ hist, lost: 0 }, undefined], height, [10, 30])
    t.is(
      counts.reduce((sum, count) => sum + count, 0),
      320,
    )
  }
})

test('longer latency is never lower', (t) => {
  for (const height of [2, 5, 13]) {
    for (let slot = 1; slot < SLOTS; slot++) t.true(rowOf(slot, height, [10, 30]) >= rowOf(slot - 1, height, [10, 30]))
  }
  t.is(rowOf(slotOf(2 ** 20), 20, [10, 30]), 10)
})

test('the colour scale moves in powers of four', (t) => {
  t.deepEqual([0, 1, 4, 5, 16, 17, 1000].map(scaleTop), [4, 4, 4, 16, 16, 64, 1024])
})

test('the selected row is always among the visible ones', (t) => {
  for (let count = 0; count < 30; count++)
    for (let selected = 0; selected < count; selected++)
      for (const room of [1, 5, 12]) {
        const first = firstRow(selected, count, room)
        t.true(first >= 0 && first <= selected && selected < first + room)
        t.true(count <= room ? first === 0 : first + room <= count)
      }
})

test('figures are left out by importance, in their order', (t) => {
  const figures = ['p50', 'p90', 'p99'].map((label, index) => ({ label, text: '1ms', priority: [1, 2, 0][index]! }))
  t.deepEqual(
    fitFigures(figures, 18).map(({ label }) => label),
    ['p50', 'p99'],
  )
  t.deepEqual(fitFigures(figures, 100).length, 3)
})
