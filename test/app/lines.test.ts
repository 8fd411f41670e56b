// Lines of pieces: how many a page shows, what fits whole, and two lists side by side.
import test from 'ava'
import { besides, lastScroll, pageLines, wholePieces } from '../../src/app/lines.ts'

test('a page has its height without the frame, and one line at least', (t) => {
  t.deepEqual([10, 3, 2, 0].map(pageLines), [8, 1, 1, 1])
  t.deepEqual(
    [
      [20, 10],
      [8, 10],
      [9, 10],
    ].map(([lines, height]) => lastScroll(lines!, height!)),
    [12, 0, 1],
  )
})

test('pieces that do not fit whole are left out, those after them that do are not; the first always stays', (t) => {
  const texts = (width: number) => wholePieces([['12345'], ['67'], ['890123'], ['4']], width).map(([text]) => text)
  t.deepEqual(texts(14), ['12345', '67', '890123', '4'])
  t.deepEqual(texts(13), ['12345', '67', '890123'])
  t.deepEqual(texts(12), ['12345', '67', '4'])
  t.deepEqual(texts(6), ['12345', '4'])
  t.deepEqual(texts(2), ['12345'])
})

test('side by side: the right one begins in its column; a line that reaches over it has none', (t) => {
  const text = (lines: ReturnType<typeof besides>) => lines.map((line) => line.map(([piece]) => piece).join(''))
  t.deepEqual(
    text(
      besides([[['ab']], [['日本']], [['abcdefg']], [['abcdef']]], [[['1']], [['2']], [['3']], [['4']], [['5']]], 6),
    ),
    ['ab    1', '日本  2', 'abcdefg', 'abcdef4', '      5'],
  )
})
