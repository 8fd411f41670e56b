// What a terminal is told to write a cell: of colours and weight only what differs from those of the cell before, and of two
// ways to the same look the shorter one.
import { BOLD, partsOf } from './attributes.ts'
import { ALL_COLOURS, DEFAULT_COLOUR, rgbOf } from './colours.ts'
import { SPACE, WIDE } from './picture.ts'
import type { Sink } from './sink.ts'

/** What the terminal has at the moment: look and place. */
export interface Pen {
  to: Sink
  flags: number
  fg: number
  bg: number
  /** From 0 on; -1 where it is not known. */
  row: number
  column: number
  /** The look that has just these, and that of blanks which need nothing else, as far as they are known. */
  look: number
  blank: number
}

/** No look's number. */
const NONE = 0x3fffffff

/** After a reset. */
export const plainPen = (to: Sink): Pen => ({
  to,
  flags: 0,
  fg: DEFAULT_COLOUR,
  bg: DEFAULT_COLOUR,
  row: -1,
  column: -1,
  look: NONE,
  blank: NONE,
})

const UPPER = 0x2580
const LOWER = 0x2584
const FULL = 0x2588

/** The pen stands where the cell is, in column `x`. */
export const write = (pen: Pen, look: number, char: number, x: number): void => {
  if (char === SPACE) writeBlank(pen, look)
  else if (char === UPPER || char === LOWER) writeHalf(pen, look, char)
  else {
    if (look !== pen.look) tellLook(pen, look)
    if (char > 0 && char < WIDE) pen.to.char(char)
    else writeWide(pen.to, char, x)
  }
}

const writeBlank = (pen: Pen, look: number): void => {
  if (look !== pen.blank && look !== pen.look) {
    const { flags, bg } = partsOf(look)
    if (hasPlainBlanks(flags) && hasPlainBlanks(pen.flags)) {
      tell(pen, pen.flags, pen.fg, bg)
      pen.blank = look
    } else tellLook(pen, look)
  }
  pen.to.char(SPACE)
}

const writeHalf = (pen: Pen, look: number, char: number): void => {
  const { flags, fg, bg } = partsOf(look)
  const isOfBoth = fg !== DEFAULT_COLOUR && bg !== DEFAULT_COLOUR
  if (isOfBoth && fg === bg) {
    tell(pen, flags, fg, pen.bg)
    pen.to.char(FULL)
  } else if (isOfBoth && same(pen, bg, fg) > same(pen, fg, bg)) {
    // the other half with the colours the other way round is the same
    tell(pen, flags, bg, fg)
    pen.to.char(char === UPPER ? LOWER : UPPER)
  } else {
    tellLook(pen, look)
    pen.to.char(char)
  }
}

/** Terminals do not agree on which characters are wide. So both cells are blanked before one is written, and the right
 * half holds a movement to the column after it: a disagreement costs the look of this character, and shifts nothing. */
const writeWide = (to: Sink, char: number, x: number): void => {
  if (char === 0) return moveInRow(to, x + 1)
  to.ascii('  ')
  moveInRow(to, x)
  to.char(char & ~WIDE)
}

export const moveInRow = (to: Sink, x: number): void => {
  to.ascii('\x1b[')
  to.number(x + 1)
  to.ascii('G')
}

export const moveTo = (to: Sink, x: number, y: number): void => {
  to.ascii('\x1b[')
  to.number(y + 1)
  to.ascii(';')
  to.number(x + 1)
  to.ascii('H')
}

/** Whether the cell takes its character and nothing else: one of a width that no terminal doubts. */
export const isFree = (pen: Pen, look: number, char: number): boolean => {
  if (char < SPACE || char > 0x7e) return false
  if (look === (char === SPACE ? pen.blank : pen.look)) return true
  const { flags, fg, bg } = partsOf(look)
  if (bg !== pen.bg) return false
  return char === SPACE && hasPlainBlanks(flags) ? hasPlainBlanks(pen.flags) : flags === pen.flags && fg === pen.fg
}

/** Of which nothing is seen but their background. */
const hasPlainBlanks = (flags: number): boolean => (flags & ~BOLD) === 0

const same = (pen: Pen, fg: number, bg: number): number => Number(pen.fg === fg) + Number(pen.bg === bg)

const tellLook = (pen: Pen, look: number): void => {
  const { flags, fg, bg } = partsOf(look)
  tell(pen, flags, fg, bg)
  pen.look = look
}

/** As it was before the first was written. */
export const tellPlain = (pen: Pen): void => tell(pen, 0, DEFAULT_COLOUR, DEFAULT_COLOUR)

const ON = [1, 4, 5, 7, 8] // bold, underline, blink, inverse, invisible
const OFF = [22, 24, 25, 27, 28]

const tell = (pen: Pen, flags: number, fg: number, bg: number): void => {
  if (flags === pen.flags && fg === pen.fg && bg === pen.bg) return
  let codes = ''
  if (flags !== pen.flags)
    for (let bit = 0; bit < ON.length; bit++) {
      const mask = 1 << bit
      if ((flags & mask) !== (pen.flags & mask)) codes += `;${(flags & mask ? ON : OFF)[bit]}`
    }
  if (bg !== pen.bg) codes += `;${colourCode(bg, 40)}`
  if (fg !== pen.fg) codes += `;${colourCode(fg, 30)}`
  const isPlain = flags === 0 && fg === DEFAULT_COLOUR && bg === DEFAULT_COLOUR
  pen.to.ascii(isPlain ? '\x1b[m' : `\x1b[${codes.slice(1)}m`)
  pen.flags = flags
  pen.fg = fg
  pen.bg = bg
  pen.look = NONE
  pen.blank = NONE
}

/** The first sixteen have codes of their own. */
const colourCode = (colour: number, base: number): string => {
  if (colour === DEFAULT_COLOUR) return `${base + 9}`
  if (colour >= ALL_COLOURS) return `${base + 8};2;${rgbOf(colour).join(';')}`
  return colour < 8 ? `${base + colour}` : colour < 16 ? `${base + 60 + colour - 8}` : `${base + 8};5;${colour}`
}
