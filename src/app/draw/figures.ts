// A line of figures: above a panel's picture, or in its title.
import { fitFigures, type Figure } from '../figures.ts'
import { put, type Canvas } from './grid.ts'
import type { Rect } from '../app-types.ts'

/** As many as fit. Returns the column after them. */
export const drawFigures = (canvas: Canvas, rect: Rect, figures: readonly Figure[]): number => {
  let x = rect.x + 1
  let end = x
  for (const { label, text, role } of fitFigures(figures, rect.width - 1)) {
    x = put(canvas, x, rect.y, `${label} `, 'label')
    end = put(canvas, x, rect.y, text, role ?? 'text')
    x = end + 2
  }
  return end
}
