// A list in a frame over the page, around the entry one is at. Draws and returns where it lies.
import { glyphsFor } from '../glyphs.ts'
import type { Rect } from '../app-types.ts'
import { displayWidth, shortenMiddle } from '../width.ts'
import { fill, hit, put, type Canvas } from './grid.ts'
import { drawBeyond, drawLines } from './lines.ts'
import { firstRow } from '../moves.ts'

interface ListOptions {
  least?: { width: number; height: number }
  /** How entries are that have no room; sentences lose their end. */
  cut?: typeof shortenMiddle
}

export const drawList = (
  canvas: Canvas,
  body: Rect,
  title: string,
  lines: readonly string[],
  chosen: number,
  { least = { width: 36, height: 0 }, cut = shortenMiddle }: ListOptions = {},
): Rect => {
  const glyphs = glyphsFor(canvas.unicode)
  const width = Math.min(body.width, Math.max(least.width, ...lines.map((line) => displayWidth(line) + 6)))
  const height = Math.min(body.height, Math.max(least.height, lines.length + 2))
  const rect: Rect = {
    x: body.x + Math.floor((body.width - width) / 2),
    y: body.y + Math.floor((body.height - height) / 2),
    width,
    height,
  }
  fill(canvas, rect, 'text')
  drawLines(canvas, rect, title, [], 0)
  const first = firstRow(chosen, lines.length, height - 2)
  lines.slice(first, first + height - 2).forEach((line, index) => {
    const isChosen = first + index === chosen
    const role = isChosen ? 'selection' : 'text'
    hit(canvas, { x: rect.x, y: rect.y + 1 + index, width, height: 1 }, { do: 'chooseAt', at: first + index })
    fill(canvas, { x: rect.x + 1, y: rect.y + 1 + index, width: width - 2, height: 1 }, role)
    const text = `${isChosen ? glyphs.selected : ' '} ${cut(line, width - 5, glyphs.cut)}`
    put(canvas, rect.x + 1, rect.y + 1 + index, text, role)
  })
  drawBeyond(canvas, rect, { above: first, below: Math.max(0, lines.length - first - (height - 2)) }, false)
  return rect
}
