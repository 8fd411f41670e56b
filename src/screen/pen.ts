// What a terminal is told to write a cell: of colours and weight only what differs from those of the cell before, and of two
// ways to the same look the shorter one.
import { BOLD, partsOf } from './attributes.ts'
import { ALL_COLOURS, DEFAULT_COLOUR, rgbOf } from './colours.ts'

/** What the terminal has at the moment: look and place. */
export interface Pen {
  flags: number
  fg: number
  bg: number
  row: number
  column: number
}

/** After a reset; where, is not known. */
export const plainPen = (): Pen => ({ flags: 0, fg: DEFAULT_COLOUR, bg: DEFAULT_COLOUR, row: 0, column: 0 })

export const isPlain = ({ flags, fg, bg }: Pen): boolean =>
  flags === 0 && fg === DEFAULT_COLOUR && bg === DEFAULT_COLOUR

const UPPER = '▀'
const LOWER = '▄'
const FULL = '█'

/** The pen stands where the cell is. */
export const write = (pen: Pen, attribute: number, char: string): string => {
  const { flags, fg, bg } = partsOf(attribute)
  if (char === ' ' && hasPlainBlanks(flags) && hasPlainBlanks(pen.flags)) return told(pen, pen.flags, pen.fg, bg) + char
  const isHalf = char === UPPER || char === LOWER
  if (!isHalf || fg === DEFAULT_COLOUR || bg === DEFAULT_COLOUR) return told(pen, flags, fg, bg) + char
  if (fg === bg) return told(pen, flags, fg, pen.bg) + FULL
  // the other half with the colours the other way round is the same
  if (same(pen, bg, fg) <= same(pen, fg, bg)) return told(pen, flags, fg, bg) + char
  return told(pen, flags, bg, fg) + (char === UPPER ? LOWER : UPPER)
}

/** Whether the cell takes its character and nothing else: one of a width that no terminal doubts. */
export const isFree = (pen: Pen, attribute: number, char: string): boolean => {
  if (char.length !== 1 || char < ' ' || char > '~') return false
  const { flags, fg, bg } = partsOf(attribute)
  if (bg !== pen.bg) return false
  return char === ' ' && hasPlainBlanks(flags) ? hasPlainBlanks(pen.flags) : flags === pen.flags && fg === pen.fg
}

/** Of which nothing is seen but their background. */
const hasPlainBlanks = (flags: number): boolean => (flags & ~BOLD) === 0

const same = (pen: Pen, fg: number, bg: number): number => Number(pen.fg === fg) + Number(pen.bg === bg)

const ON = [1, 4, 5, 7, 8] // bold, underline, blink, inverse, invisible
const OFF = [22, 24, 25, 27, 28]

const told = (pen: Pen, flags: number, fg: number, bg: number): string => {
  if (flags === pen.flags && fg === pen.fg && bg === pen.bg) return ''
  let codes = ''
  if (flags !== pen.flags)
    for (let bit = 0; bit < ON.length; bit++) {
      const mask = 1 << bit
      if ((flags & mask) !== (pen.flags & mask)) codes += `;${(flags & mask ? ON : OFF)[bit]}`
    }
  if (bg !== pen.bg) codes += `;${colourCode(bg, 40)}`
  if (fg !== pen.fg) codes += `;${colourCode(fg, 30)}`
  pen.flags = flags
  pen.fg = fg
  pen.bg = bg
  return isPlain(pen) ? '\x1b[m' : `\x1b[${codes.slice(1)}m`
}

/** The first sixteen have codes of their own. */
const colourCode = (colour: number, base: number): string => {
  if (colour === DEFAULT_COLOUR) return `${base + 9}`
  if (colour >= ALL_COLOURS) return `${base + 8};2;${rgbOf(colour).join(';')}`
  return colour < 8 ? `${base + colour}` : colour < 16 ? `${base + 60 + colour - 8}` : `${base + 8};5;${colour}`
}
