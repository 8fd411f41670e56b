// On a heat map how its columns were got where that was not in full: a mark on top of sampled ones, and of those with
// losses; where intervals were only counted that there is no distribution, as a blank would be "nothing happened" and a
// dot "nobody looked".
import type { Tier } from '../../stream/cost-message.ts'
import type { Rect } from '../app-types.ts'
import { glyphsFor } from '../glyphs.ts'
import { fill, put, type Canvas } from './grid.ts'

export interface Got {
  hist?: unknown
  lost: number
  tier?: Tier['is']
}

/** Of an interval of which sums are all that is known. */
export interface CountedColumn extends Got {
  hist?: undefined
}

/** Estimated, as before figures. */
export const SAMPLED = '~'
const LOST = '!'
const WORDS = 'no distribution'

export const markColumns = (canvas: Canvas, plot: Rect, columns: readonly (Got | undefined)[]): void => {
  let run = 0
  for (let at = 0; at <= columns.length; at++) {
    const column = columns[at]
    if (column && !column.hist) {
      run++
    } else if (run > 0) {
      drawRun(canvas, plot, at - run, run)
      run = 0
    }
  }
  for (let at = 0; at < columns.length; at++) {
    const column = columns[at]
    if (!column) continue
    if (column.lost > 0) put(canvas, plot.x + at, plot.y, LOST, 'bad')
    else if (column.tier === 'sampled') put(canvas, plot.x + at, plot.y, SAMPLED, 'dim')
  }
}

/** Counted columns beside each other: where they begin and end, and what they lack; all of them where that has no room. */
const drawRun = (canvas: Canvas, plot: Rect, from: number, count: number): void => {
  const { counted } = glyphsFor(canvas.unicode)
  const isWritten = count >= WORDS.length + 2
  const place = { ...plot, x: plot.x + from, width: isWritten ? 1 : count }
  fill(canvas, place, 'dim', counted)
  if (!isWritten) return
  fill(canvas, { ...place, x: place.x + count - 1 }, 'dim', counted)
  sayUndistributed(canvas, { ...plot, x: place.x, width: count })
}

/** In the middle. */
export const sayUndistributed = (canvas: Canvas, { x, y, width, height }: Rect): void => {
  if (width < WORDS.length) return
  put(canvas, x + Math.floor((width - WORDS.length) / 2), y + Math.floor(height / 2), WORDS, 'dim')
}
