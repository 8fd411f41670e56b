// A grid as lines of text.
import type { Grid } from './app-types.ts'
import { charIn } from './cell.ts'

/** Trailing blanks are cut, so that two equal pictures are equal files. */
export const frameText = (grid: Grid): string => {
  const lines: string[] = []
  for (let y = 0; y < grid.height; y++) {
    let line = ''
    for (let x = 0; x < grid.width; x++) line += charIn(grid.cells[y * grid.width + x]!)
    lines.push(line.trimEnd())
  }
  return lines.join('\n')
}
