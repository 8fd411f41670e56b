// Lists to choose from, over the page they belong to: what a row can be entered as, and all panels.
import { SELECTION_WORDS, selectionName } from '../../model/selection.ts'
import { panelLines } from '../panel-list.ts'
import type { AppState } from '../state.ts'
import { paletteItems } from '../palette.ts'
import type { Store } from '../../model/store.ts'
import { displayWidth, fit, sanitize, shorten, shortenMiddle } from '../width.ts'
import { fill, hit, put, type Canvas } from './grid.ts'
import { drawBeyond, drawLines } from './lines.ts'
import { firstRow } from './table.ts'
import type { Rect } from '../types.ts'
import { glyphsFor } from '../glyphs.ts'

export const drawChoice = (canvas: Canvas, body: Rect, state: AppState, store: Store): void => {
  const { choice, panelList, palette } = state
  if (palette) return drawPalette(canvas, body, state, store, palette.at)
  if (panelList) return drawList(canvas, body, 'panels', panelLines(state).map(sanitize), panelList.at)
  if (!choice) return
  const lines = choice.selections.map(
    (selection) =>
      `${(selection.is === 'function' ? 'function' : SELECTION_WORDS[selection.is]).padEnd(13)} ${sanitize(selectionName(selection))}`,
  )
  drawList(canvas, body, 'narrow all panels to', lines, choice.at)
}

/** Of a size that stays while one types. */
const drawPalette = (canvas: Canvas, body: Rect, state: AppState, store: Store, at: number): void => {
  const items = paletteItems(state, store)
  const names = Math.max(...items.map(({ label }) => displayWidth(sanitize(label))), 12)
  const width = Math.min(names, 32)
  const inner = { ...body, x: body.x + 2, width: body.width - 4, height: Math.min(body.height, 24) }
  const lines = items.map(({ label, key, detail }) =>
    shorten(
      [fit(sanitize(label), width), key.padEnd(9), sanitize(detail)].join('  '),
      inner.width - 6,
      glyphsFor(canvas.unicode).cut,
    ),
  )
  drawList(
    canvas,
    inner,
    `palette ${items.length}`,
    lines.length > 0 ? lines : ['nothing here is called that'],
    at,
    inner,
  )
}

const drawList = (
  canvas: Canvas,
  body: Rect,
  title: string,
  lines: readonly string[],
  chosen: number,
  least = { width: 36, height: 0 },
): void => {
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
    const text = `${isChosen ? glyphs.selected : ' '} ${shortenMiddle(line, width - 5, glyphs.cut)}`
    put(canvas, rect.x + 1, rect.y + 1 + index, text, role)
  })
  drawBeyond(canvas, rect, { above: first, below: Math.max(0, lines.length - first - (height - 2)) }, false)
}
