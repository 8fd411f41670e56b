// Shares as thin lines beside their numbers: rows stay apart, and a selected one keeps its own colours.
import type { Glyphs } from './glyphs.ts'

/** Of a share of the width; one that is not nothing is seen. */
export const halfColumns = (share: number, width: number): number =>
  share > 0 ? Math.max(1, Math.round(Math.min(1, share) * width * 2)) : 0

/** To half a column where the font has them. */
export const barText = (share: number, width: number, { line, half }: Glyphs): string => {
  const halves = halfColumns(share, width)
  return line.repeat(halves >> 1) + (halves % 2 === 1 ? half : '')
}
