// What is written for a frame: a terminal shows the cells wanted after it, and nothing is said twice.
import test from 'ava'
import { blankOf, PLAIN } from '../../src/screen/attributes.ts'
import { createWanted, paint, type Painted } from '../../src/screen/painter.ts'
import { blankPicture, type Picture } from '../../src/screen/picture.ts'
import { cellOf } from '../../src/app/cell.ts'
import { gridOf } from '../helpers/grids.ts'
import { LOOKS, changes, cellsIn, whole, cells } from './emulated.ts'

test('over what is known to be there the same is painted as over anything', (t) => {
  const attributes = Int32Array.from(LOOKS)
  const rows = [
    'ab日本cd 1',
    'ab日本cd 2',
    'a日本 cd 2',
    'a日本 cd 2',
    '日本日本日',
    'x本日本日x',
    '         ',
    '日        ',
  ]
  const other = Int32Array.from(LOOKS.toReversed())
  const [wanted, shown] = [createWanted(10, 2), blankPicture(10, 2)]
  let painted: Painted | undefined
  for (const [frame, row] of rows.entries())
    for (const looks of frame === 4 ? [attributes, other, attributes] : [attributes]) {
      const grid = gridOf(10, ['same', row])
      // a wide character of which another took the right half
      if (frame === 3) grid.cells[12] = cellOf(' '.codePointAt(0)!, 0)
      paint(wanted, grid, looks, painted)
      const anew = createWanted(10, 2)
      paint(anew, grid, looks)
      t.deepEqual(cellsIn(wanted), cellsIn(anew), row)
      changes(wanted, shown)
      t.deepEqual(cellsIn(shown), cellsIn(anew), row)
      painted = { grid, attributes: looks }
    }
})

/** Of one row. */
const written = (before: [number, string][], after: [number, string][]): string =>
  changes(whole(pictureOf(after)), pictureOf(before))

const pictureOf = (row: [number, string][]): Picture => ({
  width: row.length,
  height: 1,
  looks: Int32Array.from(row, ([look]) => look),
  chars: Int32Array.from(row, ([, char]) => char.codePointAt(0)!),
})

test('few cells between are written again, more are passed by column', (t) => {
  t.is(written(cells('12.34 ms'), cells('92.39 ms')), '\x1b[1;1H92.39')
  t.is(written(cells('12345678'), cells('9234567x')), '\x1b[1;1H9\x1b[8Gx')
  // not what terminals do not agree on the width of
  t.is(written(cells('1│3'), cells('9│9')), '\x1b[1;1H9\x1b[3G9')
})

test('of a look only what differs is said, and a blank has no foreground', (t) => {
  const [text, bold, other] = [LOOKS[0]!, LOOKS[1]!, LOOKS[2]!]
  const before = cells('      ')
  const after = [
    ...cells('a', text),
    ...cells('b', other),
    ...cells(' ', blankOf(text)),
    ...cells('c', bold),
    ...cells('d', text),
  ]
  t.is(
    written(before, [...after, [PLAIN, ' ']]),
    '\x1b[1;1H\x1b[48;5;233;38;5;252ma\x1b[38;5;81mb \x1b[1;38;5;252mc\x1b[22md\x1b[m',
  )
  // underlined and reversed blanks are seen
  t.not(blankOf(LOOKS[5]!), blankOf(PLAIN))
  t.not(blankOf(LOOKS[6]!), blankOf(LOOKS[0]!))
})
