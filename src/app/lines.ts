// Pages of text: lines of pieces with roles, how many fit, and what is left of them where they do not.
import type { Role } from '../panels/panel-types.ts'
import { displayWidth } from './width.ts'

export type Piece = readonly [text: string, role?: Role]
export type Line = readonly Piece[]

/** Lines a page of this height can show. */
export const pageLines = (height: number): number => Math.max(1, height - 2)

export const lastScroll = (lines: number, height: number): number => Math.max(0, lines - pageLines(height))

export const lineWidth = (line: Line): number => line.reduce((sum, [text]) => sum + displayWidth(text), 0)

/** Without pieces that do not fit whole; the first stays. */
export const wholePieces = (line: Line, width: number): Line => {
  let left = width
  return line.filter(([text], index) => {
    const fits = index === 0 || displayWidth(text) <= left
    if (fits) left -= displayWidth(text)
    return fits
  })
}

/** Two lists of lines next to each other. */
export const besides = (left: readonly Line[], right: readonly Line[], leftWidth: number): Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const line = left[index] ?? []
    const pad = leftWidth - lineWidth(line)
    return pad >= 0 ? [...line, [' '.repeat(pad)] as Piece, ...(right[index] ?? [])] : line
  })
