// A grid as lines of text.
import type { Grid } from './app-types.ts'

/** Trailing blanks are cut, so that two equal pictures are equal files. */
export const frameText = (grid: Grid): string => {
  const lines: string[] = []
  for (let y = 0; y < grid.height; y++)
    lines.push(
      grid.chars
        .slice(y * grid.width, (y + 1) * grid.width)
        .join('')
        .trimEnd(),
    )
  return lines.join('\n')
}
