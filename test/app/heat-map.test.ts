// A heat map as text: its labels, its axis, what its colours mean, and one interval as bars beside it.
import test from 'ava'
import { createCanvas, type Canvas } from '../../src/app/draw/grid.ts'
import { formatCount } from '../../src/app/format.ts'
import { drawAxis, drawBars, drawHeat, drawLegend, shadingOf } from '../../src/app/draw/heat.ts'
import { HEAT_P50, HEAT_P99, heatCell } from '../../src/app/app-types.ts'
import { ROLES } from '../../src/panels/panel-types.ts'
import { slotOf } from '../../src/model/base/histogram.ts'
import { rolesOf } from '../helpers/grids.ts'
import { frameText } from '../../src/app/text.ts'

const of = (...pairs: [ns: number, count: number][]) => ({
  slots: pairs.flatMap(([ns, count]) => [slotOf(ns), count]),
  count: pairs.reduce((sum, [, count]) => sum + count, 0),
  sumNs: pairs.reduce((sum, [ns, count]) => sum + ns * count, 0),
  maxNs: Math.max(...pairs.map(([ns]) => ns)),
})
const rowsOf = (canvas: Canvas): string[] => frameText(canvas).split('\n')
const drawn = (
  width: number,
  height: number,
  draw: (canvas: Canvas, rect: { x: number; y: number; width: number; height: number }) => void,
  unicode = true,
) => {
  const canvas = createCanvas(width, height, unicode)
  draw(canvas, { x: 0, y: 0, width, height })
  return canvas
}

test('labels at every sixteenfold, denser characters for more, a dot where nobody looked, a mark where events were lost', (t) => {
  const columns = [{ hist: of([2 ** 10, 1], [2 ** 14, 16]), lost: 0 }, undefined, { hist: of([2 ** 18, 4]), lost: 2 }]
  const canvas = drawn(9, 3, (to, rect) => t.is(drawHeat(to, rect, columns, [10, 22], 'characters'), 16))
  t.deepEqual(rowsOf(canvas), ['256us  ·!', ' 16us █·', '  1us .·'])
  const ascii = drawn(9, 3, (to, rect) => drawHeat(to, rect, columns, [10, 22], 'characters'), false)
  t.deepEqual(rowsOf(ascii), ['256us  `!', ' 16us @`', '  1us .`'])
  const colours = drawn(9, 3, (to, rect) => drawHeat(to, rect, columns, [10, 22], 'colours'))
  t.deepEqual(
    [rolesOf(colours)[2 * 9 + 6], rolesOf(colours)[9 + 6]].map((role) => ROLES[role!]),
    ['heat1', 'heat8'],
  )
  t.is(ROLES[rolesOf(canvas)[9 + 6]!], 'text')
})

test('a label is not put above another, nor outside of the scale', (t) => {
  const labels = (height: number, bits: [number, number]) =>
    rowsOf(drawn(6, height, (to, rect) => drawHeat(to, rect, [], bits, 'characters'))).map((row) => row.trim())
  t.deepEqual(labels(1, [10, 22]), ['1us'])
  t.deepEqual(labels(2, [14, 22]), ['256us', '16us'])
  t.deepEqual(labels(6, [10, 34]), ['1s', '64ms', '4ms', '256us', '16us', '1us'])
})

test('what a terminal can do decides how cells are told apart', (t) => {
  t.is(shadingOf({ colour: false, shades: true, unicode: true }), 'characters')
  t.is(shadingOf({ colour: true, shades: true, unicode: true }), 'halves')
  t.is(shadingOf({ colour: true, shades: true, unicode: false }), 'colours')
  t.is(shadingOf({ colour: true, shades: false, unicode: true }), 'colours')
})

test('percentiles are lines from ten events and eight rows on, p99 from a hundred', (t) => {
  const marks = (count: number, height: number): number[] => {
    const canvas = drawn(7, height, (to, rect) =>
      drawHeat(to, rect, [{ hist: of([2 ** 16, count]), lost: 0 }], [10, 26], 'halves'),
    )
    const cells = [...rolesOf(canvas)].filter((role) => role >= heatCell(0, 0))
    return [HEAT_P50, HEAT_P99].map(
      (mark) => cells.filter((role) => role === heatCell(0, mark) || role === heatCell(mark, 0)).length,
    )
  }
  t.deepEqual(
    [marks(9, 8), marks(10, 8), marks(10, 7), marks(99, 8), marks(100, 8)],
    [
      [0, 0],
      [1, 0],
      [0, 0],
      [1, 0],
      [0, 1],
    ],
  )
})

test('the axis names its end and, where there is room, its columns', (t) => {
  const columns = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ fromMs: 1000 * i, atMs: 1000 * (i + 1) })) as unknown as Parameters<
      typeof drawAxis
    >[2]
  const axis = (count: number, nowMs = 1000 * count) =>
    rowsOf(drawn(6 + count, 1, (to, rect) => drawAxis(to, rect, columns(count), nowMs)))[0]
  t.is(axis(10), '      -10s   now')
  t.is(axis(32), `      -32s${' '.repeat(12)}-16s${' '.repeat(9)}now`)
  t.is(axis(31), `      -31s${' '.repeat(24)}now`)
  t.is(axis(7, 12_000), '        -5.0s', 'the end alone where both do not fit')
})

test('the legend has every step, and what the last one stands for', (t) => {
  const legend = (shading: Parameters<typeof drawLegend>[3]) =>
    drawn(26, 1, (to, rect) => drawLegend(to, rect, 64, shading, formatCount))
  t.deepEqual(rowsOf(legend('characters')), [' 1 .:░░▒▒▓█ 64/cell'])
  t.is(ROLES[rolesOf(legend('colours'))[10]!], 'heat8')
  t.is(ROLES[rolesOf(legend('characters'))[10]!], 'text')
  const halves = legend('halves')
  t.deepEqual(rowsOf(halves), [' 1 ▌▌▌▌▌▌▌▌ 64/cell'])
  t.deepEqual([rolesOf(halves)[3], rolesOf(halves)[10]], [heatCell(1, 2), heatCell(15, 16)])
})

test('bars of one interval: counts, the most of them as wide as there is room, the least one cell', (t) => {
  const bars = drawn(18, 3, (to, rect) =>
    drawBars(to, rect, of([2 ** 10, 1000], [2 ** 14, 500], [2 ** 18, 1]), [10, 22]),
  )
  t.deepEqual(rowsOf(bars), ['     1 █', '   500 █████', '  1000 ██████████'])
})
