// A style as the number that blessed keeps in a cell, and what a terminal is told for it. Colours of the palette are in the
// number itself, as blessed has them; it has no place for others, so a style with one of these is a negative number that
// stands for an entry of a list.
import { ALL_COLOURS, DEFAULT_COLOUR, reduceColour, rgbOf } from './colours.ts'

export interface Style {
  fg: number
  bg: number
  bold: boolean
  underline: boolean
  reverse: boolean
}

export const BOLD = 1
export const UNDERLINE = 2
export const REVERSE = 8
const FLAGS = [1, 4, 5, 7, 8] // bold, underline, blink, inverse, invisible
const DEFAULT = 0x1ff
/** No colours, no flags; what a terminal has after a reset. */
export const PLAIN = (DEFAULT << 9) | DEFAULT

/** Of the terminal's own colours. */
export const plainWith = (flags: number): number => (flags << 18) | PLAIN

/** For a terminal with so many colours. */
export const attributeOf = (style: Style, colours: number): number => {
  const flags = (style.bold ? BOLD : 0) | (style.underline ? UNDERLINE : 0) | (style.reverse ? REVERSE : 0)
  const fg = reduceColour(style.fg, colours)
  const bg = reduceColour(style.bg, colours)
  // Two near colours can become one in a small palette, which would hide the text.
  if (fg === bg && style.fg !== style.bg) return plainWith(flags | REVERSE)
  if (fg >= ALL_COLOURS || bg >= ALL_COLOURS) return listed(flags, fg, bg)
  return (flags << 18) | (place(fg) << 9) | place(bg)
}

/** Foreground and background in the palette, -1 for the terminal's own. */
export const paletteOf = (attribute: number): { fg: number; bg: number } => {
  const { fg, bg } = partsOf(attribute)
  return { fg: reduceColour(fg, 256), bg: reduceColour(bg, 256) }
}

const codes = new Map<number, string>()

/** The escape sequence that begins with a reset. */
export const attributeCode = (attribute: number): string => {
  let code = codes.get(attribute)
  if (code === undefined) {
    const { flags, fg, bg } = partsOf(attribute)
    const on = FLAGS.filter((_, bit) => flags & (1 << bit))
    code = `\x1b[${['', ...on, ...colourCode(bg, 40), ...colourCode(fg, 30)].join(';')}m`
    codes.set(attribute, code)
  }
  return code
}

interface Parts {
  flags: number
  fg: number
  bg: number
}

/** As many as the themes have. */
const list: Parts[] = []
const places = new Map<string, number>()

const listed = (flags: number, fg: number, bg: number): number => {
  const key = `${flags} ${fg} ${bg}`
  let place = places.get(key)
  if (place === undefined) {
    place = list.push({ flags, fg, bg }) - 1
    places.set(key, place)
  }
  return -1 - place
}

const place = (colour: number): number => (colour === DEFAULT_COLOUR ? DEFAULT : colour)
const colourAt = (place: number): number => (place === DEFAULT ? DEFAULT_COLOUR : place)

const partsOf = (attribute: number): Parts =>
  attribute < 0
    ? list[-1 - attribute]!
    : { flags: attribute >> 18, fg: colourAt((attribute >> 9) & DEFAULT), bg: colourAt(attribute & DEFAULT) }

/** The first sixteen have codes of their own. */
const colourCode = (colour: number, base: number): number[] => {
  if (colour === DEFAULT_COLOUR) return []
  if (colour >= ALL_COLOURS) return [base + 8, 2, ...rgbOf(colour)]
  return colour < 8 ? [base + colour] : colour < 16 ? [base + 60 + colour - 8] : [base + 8, 5, colour]
}
