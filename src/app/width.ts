// Text cut or padded to a display width. One code point takes 0, 1 or 2 columns;
// sequences that terminals disagree about (joined emoji, combining marks) are reduced to their first code point.
import { eastAsianWidth } from 'get-east-asian-width'
import { NEUTRAL } from '../stream/harmless.ts'

/** Of ASCII alone. */
const isPlain = (text: string): boolean => PLAIN.test(text)

const PLAIN = /^[\x20-\x7e]*$/

const OURS = new Set([...'·±…—▲▸▼'].map((char) => char.charCodeAt(0)))

/** Our own words' only character beyond ASCII. */
const DASH = '—'
// No data, as in the glyphs of pictures
const DOT = '·'

/** ASCII only; wide characters become two marks so that columns stay where they are. */
export const toAscii = (text: string): string => {
  if (isPlain(text)) return text
  let ascii = ''
  for (const char of text)
    ascii += char <= '~' ? char : char === DASH ? '-' : char === DOT ? '`' : NEUTRAL.repeat(charWidth(char))
  return ascii
}

export const displayWidth = (text: string): number => {
  if (isPlain(text)) return text.length
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

/** Lines and blocks, of which pictures are made, and what else we write: the first frame need not ask for each, which takes
 * longer than drawing. None of these is ever changed by what is beside it. */
export const isDrawing = (code: number): boolean => (code >= 0x2500 && code <= 0x259f) || OURS.has(code)

/** Columns of one code point; remembered, since asking is slow. */
export const charWidth = (char: string): number => {
  if (char <= '~' || isDrawing(char.charCodeAt(0))) return 1
  const known = widths.get(char)
  if (known !== undefined) return known
  const width = (invisible ??= new RegExp(INVISIBLE, 'u')).test(char) ? 0 : eastAsianWidth(char.codePointAt(0)!)
  if (widths.size < 4096) widths.set(char, width)
  return width
}

/** What a terminal draws over what is before it, or not at all. Made when the first such text comes: it takes as long as a frame. */
const INVISIBLE = '^[\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cf}\\p{Mn}\\p{Me}\\p{Cs}]$'
let invisible: RegExp | undefined

const widths = new Map<string, number>()

/** Exactly so many columns: cut with a mark, or padded on the right. */
export const fit = (text: string, width: number, mark = '~'): string => {
  if (isPlain(text)) return shortenPlain(text, width, mark).padEnd(width)
  const cut = shorten(text, width, mark)
  return cut + ' '.repeat(Math.max(0, width - displayWidth(cut)))
}

/** The same, padded on the left: for numbers. */
export const fitLeft = (text: string, width: number, mark = '~'): string => {
  if (isPlain(text)) return shortenPlain(text, width, mark).padStart(width)
  const cut = shorten(text, width, mark)
  return ' '.repeat(Math.max(0, width - displayWidth(cut))) + cut
}

/** At most so many columns; what is cut leaves a mark. */
export const shorten = (text: string, width: number, mark = '~'): string => {
  if (isPlain(text)) return shortenPlain(text, width, mark)
  if (width <= 0) return ''
  if (displayWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const char of text) {
    const columns = charWidth(char)
    if (used + columns > width - 1) break
    kept += char
    used += columns
  }
  return kept + mark
}

const shortenPlain = (text: string, width: number, mark: string): string =>
  text.length <= width ? text : width <= 0 ? '' : text.slice(0, width - 1) + mark

/** At most so many columns, cut in the middle: for addresses, whose port is at the end. */
export const shortenMiddle = (text: string, width: number, mark = '~'): string => {
  if (displayWidth(text) <= width) return text
  const chars = [...text]
  const tail = Math.floor((width - 1) / 2)
  let kept = ''
  for (let i = chars.length - 1; i >= 0 && displayWidth(chars[i]! + kept) <= tail; i--) kept = chars[i]! + kept
  return shorten(text, width - displayWidth(kept), mark) + kept
}

/** At most so many columns, cut on the left: for paths, which differ at their end. */
export const shortenLeft = (text: string, width: number, mark = '~'): string => {
  if (displayWidth(text) <= width) return text
  let kept = ''
  for (const char of [...text].reverse()) {
    if (displayWidth(char + kept) > width - 1) break
    kept = char + kept
  }
  return shorten(mark + kept, width, mark)
}

/** Words put on lines of at most so many columns. */
export const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** All of it, blanks too, on lines of at most so many columns. */
export const folded = (text: string, width: number): string[] => {
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const char of text) {
    const columns = charWidth(char)
    if (used + columns > width && line !== '') {
      lines.push(line)
      line = ''
      used = 0
    }
    line += char
    used += columns
  }
  return [...lines, line]
}

/** At most so many lines; where there are more, or a word is wider than all of a line, it ends in a mark. */
export const linesWithin = (lines: readonly string[], most: number, width: number, mark: string): string[] =>
  lines
    .slice(0, Math.max(0, most))
    .map((line, index) => shorten(index === most - 1 && lines.length > most ? `${line}${mark}` : line, width, mark))
