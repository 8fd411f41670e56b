// The list of what a row can be entered as, over the page it belongs to.
import { SELECTION_WORDS, selectionName } from '../../model/selection.ts'
import type { AppState } from '../state.ts'
import { displayWidth, sanitize, shortenMiddle } from '../width.ts'
import { fill, put, type Canvas, type Rect } from './grid.ts'
import { glyphsFor } from './glyphs.ts'
import { drawLines } from './lines.ts'

export const drawChoice = (canvas: Canvas, body: Rect, { choice }: AppState): void => {
  if (!choice) return
  const glyphs = glyphsFor(canvas.unicode)
  const lines = choice.selections.map(
    (selection) =>
      `${(selection.is === 'function' ? 'function' : SELECTION_WORDS[selection.is]).padEnd(13)} ${sanitize(selectionName(selection))}`,
  )
  const width = Math.min(body.width, Math.max(36, ...lines.map((line) => displayWidth(line) + 6)))
  const height = Math.min(body.height, lines.length + 2)
  const rect: Rect = {
    x: body.x + Math.floor((body.width - width) / 2),
    y: body.y + Math.floor((body.height - height) / 2),
    width,
    height,
  }
  fill(canvas, rect, 'text')
  drawLines(canvas, rect, 'narrow all panels to', [], 0)
  lines.slice(0, height - 2).forEach((line, index) => {
    const role = index === choice.at ? 'selection' : 'text'
    fill(canvas, { x: rect.x + 1, y: rect.y + 1 + index, width: width - 2, height: 1 }, role)
    put(
      canvas,
      rect.x + 1,
      rect.y + 1 + index,
      `${index === choice.at ? glyphs.selected : ' '} ${shortenMiddle(line, width - 5, glyphs.cut)}`,
      role,
    )
  })
}
