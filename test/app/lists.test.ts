// A list in a frame over the page: in the middle, as wide and high as it needs, around the entry one is at.
import test from 'ava'
import { createCanvas } from '../../src/app/draw/grid.ts'
import { drawList } from '../../src/app/draw/list.ts'
import { charsOf } from '../helpers/grids.ts'

const WIDTH = 45
const HEIGHT = 8

const drawn = (lines: readonly string[], chosen = 0, width = WIDTH, height = HEIGHT) => {
  const canvas = createCanvas(width, height, true)
  drawList(canvas, { x: 0, y: 0, width, height }, 'of them', lines, chosen)
  const rows = Array.from({ length: height }, (_, y) =>
    charsOf(canvas)
      .slice(y * width, (y + 1) * width)
      .join(''),
  )
  return { rows, hits: canvas.hits.map(({ x, y, width, action }) => [x, y, width, 'at' in action ? action.at : -1]) }
}

test('in the middle, at least so wide; a place is an entry', (t) => {
  const { rows, hits } = drawn(['one', 'two'], 1)
  t.deepEqual(rows, [
    ' '.repeat(45),
    ' '.repeat(45),
    `    ╭ of them ${'─'.repeat(25)}╮     `,
    `    │  one${' '.repeat(29)}│     `,
    `    │▸ two${' '.repeat(29)}│     `,
    `    ╰${'─'.repeat(34)}╯     `,
    ' '.repeat(45),
    ' '.repeat(45),
  ])
  t.deepEqual(hits, [
    [4, 3, 36, 0],
    [4, 4, 36, 1],
  ])
})

test('as wide as its longest line, never wider than the page: a longer one is cut in the middle', (t) => {
  const wide = (length: number): string => drawn(['x'.repeat(length)]).rows[3]!
  t.is(wide(30).trim().length, 36)
  t.is(wide(31).trim().length, 37)
  t.is(wide(39), `│▸ ${'x'.repeat(39)}  │`)
  t.is(wide(40), `│▸ ${'x'.repeat(40)} │`)
  t.is(wide(41), `│▸ ${'x'.repeat(20)}…${'x'.repeat(19)} │`)
})

test('more than there is room for: those around the chosen one, and how many are beyond', (t) => {
  const lines = Array.from({ length: 20 }, (_, i) => `entry ${i}`)
  const { rows, hits } = drawn(lines, 10)
  t.is(hits.length, 6)
  const first = hits[0]![3] as number
  t.true(first <= 10 && first + 6 > 10)
  t.regex(rows[0]!, /^ {4}╭ of them/)
  t.regex(rows[7]!, new RegExp(`▲ ${first}\\b.*▼ ${20 - first - 6}\\b`))
  t.notRegex(drawn(lines, 0).rows[7]!, /▲/)
  t.notRegex(drawn(lines, 19).rows[7]!, /▼/)
})
