import test from 'ava'
import { createCanvas, ROLE_INDEX } from '../../src/app/draw/grid.ts'
import { decadesOf, drawStrip, type StripLine } from '../../src/app/draw/strip.ts'
import { charsOf, rolesOf } from '../helpers/grids.ts'

const lines = (...values: (number | undefined)[][]): StripLine[] =>
  values.map((each, index) => ({ role: index === 0 ? 'series1' : 'series3', values: each }))

const drawn = (height: number, all: StripLine[]) => {
  const canvas = createCanvas(10, height, true)
  drawStrip(canvas, { x: 0, y: 0, width: 10, height }, 6, all)
  return {
    rows: Array.from({ length: height }, (_, y) =>
      charsOf(canvas)
        .slice(y * 10, (y + 1) * 10)
        .join(''),
    ),
    role: (x: number, y: number) => rolesOf(canvas)[y * 10 + x],
  }
}

test('whole decades, one at least', (t) => {
  t.deepEqual(decadesOf(lines([2e3, 5e6])), { from: 3, to: 7 })
  t.deepEqual(decadesOf(lines([1e6, 1e6])), { from: 6, to: 7 })
  t.is(decadesOf(lines([0, undefined])), undefined)
})

test('the least is at the bottom, the most at the top, steps are joined, and the scale says both', (t) => {
  const { rows } = drawn(2, lines([1e3, 1e3, 1e5, 1e5]))
  t.deepEqual(rows, ['100us ⠀⠀⡏⠉'.replaceAll('⠀', ' '), '  1us ⣀⣀⡇ '])
})

test('no data is a dot, nothing is a gap, and where lines meet the later colour is seen', (t) => {
  const { rows, role } = drawn(1, lines([undefined, 0, 1e3, 1e4], [undefined, 0, 1e3, 1e4]))
  t.is(rows[0], ' 10us · ⣀⡏', 'the scale of one line is the most')
  t.is(role(8, 0), ROLE_INDEX.series3)
})

test('nothing at all draws nothing', (t) => {
  t.is(drawn(1, lines([0, 0]))!.rows[0], ' '.repeat(10))
})
