// What a terminal shows, or shall show, as numbers: of each cell its look (attributes.ts) and its character. So a screenful is
// a few pieces of memory, of which rows are compared, moved and noted at once.
import { PLAIN } from './attributes.ts'

export interface Picture {
  readonly width: number
  readonly height: number
  /** By y * width + x, as all here. */
  readonly looks: Int32Array
  /** Code points; of a wide one with WIDE, and 0 in its right half. */
  readonly chars: Int32Array
}

/** Of a character that has the next cell as well. */
export const WIDE = 1 << 21
export const SPACE = 0x20

/** As a terminal is after it was cleared. */
export const blankPicture = (width: number, height: number): Picture => ({
  width,
  height,
  looks: new Int32Array(width * height).fill(PLAIN),
  chars: new Int32Array(width * height).fill(SPACE),
})
