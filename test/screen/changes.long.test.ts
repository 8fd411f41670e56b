// What is written for a frame, with many after one another.
import test from 'ava'
import xterm from '@xterm/headless'
import { createWanted, paint, type Painted } from '../../src/screen/painter.ts'
import { blankPicture } from '../../src/screen/picture.ts'
import { cellOf, charIn, roleIn } from '../../src/app/cell.ts'
import { createCanvas } from '../../src/app/draw/grid.ts'
import { LOOKS, changes, cellsIn, whole } from './emulated.ts'

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
