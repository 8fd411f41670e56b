// Writing to a grid of cells: nothing is written beyond its edges, and a wide character is whole or not there.
import test from 'ava'
import { createCanvas, fill, put, putRight, ROLE_INDEX, setCell, tint, type Canvas } from '../../src/app/draw/grid.ts'
import { charsOf, rolesOf } from '../helpers/grids.ts'

const rowsIn = ({ width, height }: Canvas, cells: readonly string[]): string[] =>
  Array.from({ length: height }, (_, y) => cells.slice(y * width, (y + 1) * width).join(''))
const rows = (canvas: Canvas): string[] => rowsIn(canvas, charsOf(canvas))
const roles = (canvas: Canvas): string[] =>
  rowsIn(
    canvas,
    rolesOf(canvas).map((role) => (role === 0 ? '.' : '#')),
  )

test('text ends at the edge or its limit, and says where', (t) => {
  const cases: [x: number, y: number, text: string, limit: number | undefined, end: number, row: string][] = [
    [0, 0, 'abc', undefined, 3, 'abc   '],
    [4, 0, 'abc', undefined, 6, '    ab'],
    [6, 0, 'abc', undefined, 6, '      '],
    [-1, 0, 'abc', undefined, 2, 'bc    '],
    [1, 0, 'abcd', 2, 3, ' ab   '],
    [1, 0, 'abcd', 0, 1, '      '],
    [0, 0, '日本', undefined, 4, '日本  '],
    [3, 0, '日本', undefined, 5, '   日 '],
    [5, 0, '日', undefined, 5, '      '],
    [0, 0, 'a日', 2, 1, 'a     '],
    [2, -1, 'abc', undefined, 2, '      '],
    [2, 1, 'abc', undefined, 2, '      '],
  ]
  for (const [x, y, text, limit, end, row] of cases) {
    const canvas = createCanvas(6, 1, true)
    t.is(put(canvas, x, y, text, 'bad', limit), end, `${text} at ${x}`)
    t.is(rows(canvas)[0], row)
    const written = Math.max(0, Math.min(6, end)) - Math.max(0, x)
    t.is(roles(canvas)[0]!.replaceAll('.', '').length, y === 0 ? Math.max(0, written) : 0)
  }
})

test('text that ends before a column, cut on its right where there is less', (t) => {
  const written = (text: string, right: number, limit?: number): [number, string] => {
    const canvas = createCanvas(8, 1, true)
    return [putRight(canvas, right, 0, text, 'text', limit), rows(canvas)[0]!]
  }
  t.deepEqual(written('abc', 8), [5, '     abc'])
  t.deepEqual(written('日b', 7), [4, '    日b '])
  t.deepEqual(written('abcdef', 8, 4), [4, '    abcd'])
  t.deepEqual(written('abc', 8, 4), [5, '     abc'])
})

test('rectangles and roles, as far as they are on it', (t) => {
  const filled = (x: number, y: number, width: number, height: number): string[] => {
    const canvas = createCanvas(4, 3, true)
    fill(canvas, { x, y, width, height }, 'bad', '-')
    return rows(canvas)
  }
  t.deepEqual(filled(1, 1, 2, 1), ['    ', ' -- ', '    '])
  t.deepEqual(filled(-1, -1, 3, 3), ['--  ', '--  ', '    '])
  t.deepEqual(filled(2, 2, 9, 9), ['    ', '    ', '  --'])
  const tinted = (x: number, y: number, width: number): string[] => {
    const canvas = createCanvas(4, 2, true)
    tint(canvas, x, y, width, 'bad')
    return roles(canvas)
  }
  t.deepEqual(tinted(1, 0, 2), ['.##.', '....'])
  t.deepEqual(tinted(-1, 1, 2), ['....', '#...'])
  t.deepEqual(tinted(3, 0, 5), ['...#', '....'], 'the next line is another')
  for (const y of [-1, 2]) t.deepEqual(tinted(0, y, 4), ['....', '....'])
})

test('a wide character has the cell behind it as well', (t) => {
  const canvas = createCanvas(3, 2, true)
  setCell(canvas, 1, 1, '日', ROLE_INDEX.bad, 2)
  t.deepEqual(charsOf(canvas), [' ', ' ', ' ', ' ', '日', ''])
  t.deepEqual(roles(canvas), ['...', '.##'])
  setCell(canvas, 0, 0, 'a', ROLE_INDEX.bad, 1)
  t.deepEqual(charsOf(canvas).slice(0, 3), ['a', ' ', ' '])
  t.deepEqual(roles(canvas)[0], '#..')
})

test('without unicode marks stand for what is none', (t) => {
  const canvas = createCanvas(6, 1, false)
  put(canvas, 0, 0, 'é日—')
  t.is(rows(canvas)[0], '???-  ')
  const right = createCanvas(6, 1, false)
  t.is(putRight(right, 6, 0, '日—'), 3)
  t.is(rows(right)[0], '   ??-')
})

test('what is cut off belongs to what it stands on, and what is written first is written again', (t) => {
  const written = (text: string, limit?: number): [number, string] => {
    const canvas = createCanvas(6, 1, true)
    return [put(canvas, 1, 0, text, 'text', limit), rows(canvas)[0]!]
  }
  t.deepEqual(written('e\u0301'), [2, ' é    '])
  t.deepEqual(written('ae\u0301', 2), [3, ' aé   '])
  t.deepEqual(written('a│…·é\u202e'), [6, ' a│…·é'])
  t.deepEqual(written('a\u202eb'), [4, ' a?b  '])
  t.deepEqual(written('──', 1), [2, ' ─    '])
})
