// The line of figures above a panel's picture.
import { fitFigures, type Figure } from '../figures.ts'
import { put, type Canvas } from './grid.ts'
import type { Rect } from '../types.ts'

export const drawFigures = (canvas: Canvas, rect: Rect, figures: readonly Figure[]): void => {
  let x = rect.x + 1
  for (const { label, text, role } of fitFigures(figures, rect.width - 1)) {
    x = put(canvas, x, rect.y, `${label} `, 'label')
    x = put(canvas, x, rect.y, text, role ?? 'text') + 2
  }
}
