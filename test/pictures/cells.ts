// What a terminal shows, as runs of cells of one look: read back from xterm's own emulator, which was given what the
// program writes (or what somebody captured).
import type xterm from '@xterm/headless'
import { colourOf, rgbOf } from '../../src/screen/colours.ts'

export interface Run {
  x: number
  y: number
  text: string
  /** As #rrggbb. */
  fg: string
  bg: string
  bold: boolean
  underline: boolean
}

/** The colours of a terminal that is told none. */
export interface Ground {
  fg: string
  bg: string
}

export const runsOf = (emulator: InstanceType<typeof xterm.Terminal>, ground: Ground): Run[] => {
  const runs: Run[] = []
  for (let y = 0; y < emulator.rows; y++) {
    const line = emulator.buffer.active.getLine(emulator.buffer.active.viewportY + y)
    let last: Run | undefined
    for (let x = 0; x < emulator.cols; x++) {
      const cell = line?.getCell(x)
      if (!cell || cell.getWidth() === 0) continue
      const isReverse = cell.isInverse() !== 0
      const fg = hex(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor(), ground.fg)
      const bg = hex(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor(), ground.bg)
      const run: Run = {
        x,
        y,
        text: cell.getChars() || ' ',
        fg: isReverse ? bg : fg,
        bg: isReverse ? fg : bg,
        bold: cell.isBold() !== 0,
        underline: cell.isUnderline() !== 0,
      }
      // a wide character is a run of its own: fonts do not agree on its width
      if (last && isAlike(last, run) && cell.getWidth() === 1 && last.x + [...last.text].length === x)
        last.text += run.text
      else runs.push((last = run))
    }
  }
  return runs
}

const isAlike = (a: Run, b: Run): boolean =>
  a.fg === b.fg && a.bg === b.bg && a.bold === b.bold && a.underline === b.underline

const hex = (isDefault: boolean, isRgb: boolean, colour: number, ground: string): string => {
  if (isDefault) return ground
  const [red, green, blue] = isRgb ? [(colour >> 16) & 0xff, (colour >> 8) & 0xff, colour & 0xff] : rgbOf(colour)
  return `#${(colourOf([red, green, blue]) & 0xffffff).toString(16).padStart(6, '0')}`
}
