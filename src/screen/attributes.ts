// A style as the number that blessed keeps in a cell. Colours of the palette are in the number itself, as blessed has them;
// it has no place for others, so a style with one of these is a negative number that stands for an entry of a list.
import { ALL_COLOURS, DEFAULT_COLOUR, reduceColour } from './colours.ts'

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

const blanks = new Map<number, number>()

/** The one that a blank of several looks is kept as: its foreground is not seen, unless it is underlined or reversed. */
export const blankOf = (attribute: number): number => {
  let blank = blanks.get(attribute)
  if (blank === undefined) {
    const { flags, bg } = partsOf(attribute)
    if ((flags & ~BOLD) !== 0) blank = attribute
    else blank = bg >= ALL_COLOURS ? listed(0, DEFAULT_COLOUR, bg) : (DEFAULT << 9) | place(bg)
    blanks.set(attribute, blank)
  }
  return blank
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

const known = new Map<number, Parts>()

export const partsOf = (attribute: number): Parts => {
  if (attribute < 0) return list[-1 - attribute]!
  let parts = known.get(attribute)
  if (!parts) {
    parts = { flags: attribute >> 18, fg: colourAt((attribute >> 9) & DEFAULT), bg: colourAt(attribute & DEFAULT) }
    known.set(attribute, parts)
  }
  return parts
}
