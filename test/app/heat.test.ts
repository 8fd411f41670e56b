import test from 'ava'
import { createCanvas } from '../../src/app/draw/grid.ts'
import { countCells, drawHeat, rowOf, scaleTop } from '../../src/app/draw/heat.ts'
import { firstRow } from '../../src/app/moves.ts'
import { HEAT_P50, HEAT_P99, HEAT_STEPS, heatCell } from '../../src/app/app-types.ts'
import { percentileNs, slotOf, SLOTS } from '../../src/model/base/histogram.ts'
import { fakeHist, randomFrom } from '../helpers/stream.ts'
import { fitFigures } from '../../src/app/figures.ts'
import { charsOf, rolesOf } from '../helpers/grids.ts'

test('every event is in one cell, whatever the height', (t) => {
  const random = randomFrom(5)
  for (const height of [1, 3, 7, 8, 20, 40]) {
    const hist = fakeHist(random, [
      [5000, 300, 8],
      [5e9, 20, 6],
    ])
    const counts = countCells(hist, height, [10, 30])
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

test('two rows in a row of cells: each half has the shade of its own count', (t) => {
  const one = { slots: [slotOf(2 ** 10), 1], count: 1, sumNs: 2 ** 10, maxNs: 2 ** 10 }
  const many = { slots: [slotOf(2 ** 15), 4], count: 4, sumNs: 2 ** 17, maxNs: 2 ** 15 }
  const both = { slots: [...one.slots, slotOf(2 ** 12), 4], count: 5, sumNs: 2 ** 14, maxNs: 2 ** 12 }
  const canvas = createCanvas(9, 3, true)
  const columns = [one, many, both].map((hist) => ({ hist, lost: 0 }))
  t.is(drawHeat(canvas, { x: 0, y: 0, width: 9, height: 3 }, columns, [10, 16], 'halves'), 4)
  const cell = (x: number, y: number) => [charsOf(canvas)[y * 9 + 6 + x], rolesOf(canvas)[y * 9 + 6 + x]]
  t.deepEqual(cell(0, 2), ['▄', heatCell(0, 1)], 'the lower half')
  t.deepEqual(cell(1, 0), ['▀', heatCell(HEAT_STEPS, 0)], 'the upper half')
  t.deepEqual(cell(2, 1), ['▄', heatCell(0, HEAT_STEPS)])
  t.deepEqual(cell(2, 2), ['▄', heatCell(0, 1)])
  t.deepEqual(cell(1, 1), [' ', 0], 'nothing happened')
})

test('p50 and p99 are lines in a high map, p99 only of enough', (t) => {
  const draw = (hist: ReturnType<typeof fakeHist>, height: number) => {
    const canvas = createCanvas(7, height, true)
    drawHeat(canvas, { x: 0, y: 0, width: 7, height }, [{ hist, lost: 0 }], [10, 30], 'halves')
    const halves = Array.from({ length: height }, (_, row) => rolesOf(canvas)[(height - 1 - row) * 7 + 6]!).flatMap(
      (role) => [0, 1].map((half) => shadeIn(role, half)),
    )
    return halves
  }
  const shadeIn = (role: number, half: number): number => {
    if (role < heatCell(0, 0)) return 0
    const pair = role - heatCell(0, 0)
    const shades = heatCell(1, 0) - heatCell(0, 0)
    return half === 0 ? pair % shades : Math.floor(pair / shades)
  }
  const hist = fakeHist(randomFrom(3), [
    [50_000, 300, 8],
    [5e8, 20, 6],
  ])
  const shades = draw(hist, 10)
  t.is(shades.indexOf(HEAT_P50), rowOf(slotOf(percentileNs(hist, 0.5)!), 20, [10, 30]))
  t.is(shades.indexOf(HEAT_P99), rowOf(slotOf(percentileNs(hist, 0.99)!), 20, [10, 30]))
  const few = draw(fakeHist(randomFrom(3), [[50_000, 30, 8]]), 10)
  t.true(few.includes(HEAT_P50))
  t.false(few.includes(HEAT_P99))
  t.false(draw(hist, 5).includes(HEAT_P50), 'there is no room')
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

test('a column of which anything was lost has a mark on top, whatever is there', (t) => {
  const hist = { slots: [slotOf(2 ** 15), 4], count: 4, sumNs: 2 ** 17, maxNs: 2 ** 15 }
  const canvas = createCanvas(10, 2, true)
  const columns = [0, 1, 300].map((lost) => ({ hist, lost }))
  drawHeat(canvas, { x: 0, y: 0, width: 10, height: 2 }, [...columns, undefined], [10, 16], 'characters')
  t.deepEqual(charsOf(canvas).slice(6, 10), ['█', '!', '!', '·'])
})
