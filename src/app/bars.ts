// Shares as thin lines beside their numbers: rows stay apart, and a selected one keeps its own colours.
import type { Glyphs } from './glyphs.ts'

/** To half a column where the font has them; a share that is not nothing is seen. `thin`: of another kind. */
export const barText = (
  share: number,
  width: number,
  { line, half, thinLine, thinHalf }: Glyphs,
  thin = false,
): string => {
  if (!(share > 0)) return ''
  const halves = Math.max(1, Math.round(Math.min(1, share) * width * 2))
  const [whole, end] = thin ? [thinLine, thinHalf] : [line, half]
  return whole.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? end : '')
}
