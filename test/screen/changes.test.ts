// What is written for a frame: a terminal shows the cells wanted after it, and nothing is said twice.
import test from 'ava'
import xterm from '@xterm/headless'
import { attributeOf, blankOf, PLAIN, type Style } from '../../src/screen/attributes.ts'
import { writeChanges } from '../../src/screen/changes.ts'
import { ALL_COLOURS } from '../../src/screen/colours.ts'
import { createWanted, paint, type Painted, type Wanted } from '../../src/screen/painter.ts'
import { blankPicture, type Picture } from '../../src/screen/picture.ts'
import { Sink } from '../../src/screen/sink.ts'
import { cellOf, charIn, roleIn } from '../../src/app/cell.ts'
import { gridOf } from '../helpers/grids.ts'
import { createCanvas } from '../../src/app/draw/grid.ts'

const styled = (style: Partial<Style>): number =>
  attributeOf({ fg: -1, bg: -1, bold: false, underline: false, reverse: false, ...style }, ALL_COLOURS)

const GROUND = { fg: 252, bg: 233 }
const LOOKS = [
  styled(GROUND),
  styled({ ...GROUND, bold: true }),
  styled({ ...GROUND, fg: 81 }),
  styled({ fg: ALL_COLOURS + 0x123456, bg: ALL_COLOURS + 0x654321 }),
  styled({ fg: ALL_COLOURS + 0x123456, bg: ALL_COLOURS + 0x123456 }),
  styled({ reverse: true }),
  styled({ ...GROUND, underline: true, bold: true }),
  PLAIN,
]

const changes = (wanted: Wanted, shown: Picture): string => {
  const sink = new Sink()
  writeChanges(sink, wanted, shown)
  return sink.taken().toString()
}

const emulated = (width: number, height: number) => {
  const emulator = new xterm.Terminal({ cols: width, rows: height, allowProposedApi: true })
  return {
    write: (text: string) => new Promise<void>((resolve) => emulator.write(text, resolve)),
    /** What one sees of each cell. */
    seen: (): string[] =>
      Array.from({ length: width * height }, (_, at) => {
        const cell = emulator.buffer.active.getLine(Math.floor(at / width))!.getCell(at % width)!
        const [fg, bg] = [
          `${cell.getFgColorMode()} ${cell.getFgColor()}`,
          `${cell.getBgColorMode()} ${cell.getBgColor()}`,
        ]
        const isMarked = cell.isUnderline() !== 0 || cell.isInverse() !== 0
        const isHidden = fg === bg && !cell.isFgDefault()
        const drawn = cell.getChars() || ' '
        // the other half with the colours the other way round is the same
        if (drawn === '▄' && !isMarked && !cell.isBold()) return `▀|${fg}|${bg} 0 0 0`
        const char = isHidden && !isMarked ? ' ' : drawn === '█' ? ' ' : drawn
        if (drawn === '█' && !isMarked) return ` |${fg}|`
        const ink = char === ' ' && !isMarked ? '' : `${fg} ${cell.isBold()} ${cell.isUnderline()} ${cell.isInverse()}`
        return `${char}|${bg}|${ink}`
      }),
  }
}

test('frames of all looks, one after another, are seen as if each were drawn alone', async (t) => {
  const [width, height] = [40, 6]
  let seed = 7
  const random = (below: number): number => (seed = (seed * 48271) % 0x7fffffff) % below
  const attributes = Int32Array.from(LOOKS)
  const [wanted, shown] = [createWanted(width, height), blankPicture(width, height)]
  const terminal = emulated(width, height)
  const grid = createCanvas(width, height, true)
  let painted: Painted | undefined
  for (let frame = 0; frame < 60; frame++) {
    for (let y = 0; y < height; y++) {
      if (random(3) === 0) {
        // to the left by one, as a heat map goes
        for (let x = y * width + 4; x < y * width + 30; x++) {
          grid.cells[x] = grid.cells[x + 1]!
        }
      }
      for (let n = random(9); n > 0; n--) {
        const at = y * width + random(width)
        const char = [' ', ' ', '7', 'a', '▀', '│'][random(6)]!
        grid.cells[at] = cellOf(char.codePointAt(0)!, random(LOOKS.length))
      }
    }
    // as it is after a chart was over it
    if (random(8) === 0) painted = undefined
    paint(wanted, grid, attributes, painted)
    painted = { grid: { ...grid, cells: grid.cells.slice() }, attributes }
    await terminal.write(changes(wanted, shown))
    t.deepEqual(cellsIn(shown), cellsIn(wanted))
    const alone = emulated(width, height)
    await alone.write(changes(whole(wanted), blankPicture(width, height)))
    t.deepEqual(terminal.seen(), alone.seen(), `frame ${frame}`)
    for (let at = 0; at < width * height; at++) {
      const char = charIn(grid.cells[at]!)
      const isSeen = alone.seen()[at]!.startsWith(roleIn(grid.cells[at]!) === 4 ? ' ' : char)
      if (!isSeen) t.fail(`frame ${frame}: ${alone.seen()[at]} for ${char} at ${at}`)
    }
  }
})

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

const cellsIn = ({ looks, chars }: Picture): Pick<Picture, 'looks' | 'chars'> => ({ looks, chars })

/** All of it is to be looked at. */
const whole = (picture: Picture): Wanted => ({
  ...picture,
  from: new Int32Array(picture.height),
  to: new Int32Array(picture.height).fill(picture.width),
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

const cells = (text: string, look = PLAIN): [number, string][] => [...text].map((char) => [look, char])

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
