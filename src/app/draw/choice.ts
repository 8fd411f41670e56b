// Lists to choose from, over the page they belong to: what a row can be entered as, all panels, columns, the palette.
import { SELECTION_WORDS, selectionName, type Selection } from '../../model/selection.ts'
import type { AppState } from '../state-types.ts'
import { paletteItems } from '../keys/palette-items.ts'
import type { View } from '../../model/view.ts'
import { displayWidth, fit, shorten } from '../width.ts'
import { sanitize } from '../../stream/harmless.ts'
import { drawColumnMenu } from './column-menu.ts'
import type { Canvas } from './grid.ts'
import { drawList } from './list.ts'
import { drawPicker } from './picker.ts'
import type { Rect } from '../app-types.ts'
import { glyphsFor } from '../glyphs.ts'

/** Draws and returns where it lies. */
export const drawChoice = (canvas: Canvas, body: Rect, state: AppState, view: View): Rect | undefined => {
  const { choice, picker, palette, columnMenu, help } = state
  if (help) return undefined
  if (palette) return drawPalette(canvas, body, state, view, palette.at)
  if (columnMenu) return drawColumnMenu(canvas, body, state, columnMenu, view)
  if (picker) return drawPicker(canvas, body, state, view)
  if (!choice) return undefined
  const parents = new Set(choice.selections.flatMap((selection) => parentOf(selection, view) ?? []))
  const lines = choice.selections.map(
    (selection) => `${wordOf(selection, parents).padEnd(13)} ${sanitize(selectionName(selection))}`,
  )
  return drawList(canvas, body, 'narrow all panels to', lines, choice.at)
}

const parentOf = (selection: Selection, view: View): number | undefined =>
  selection.is === 'process' ? view.directory().find(selection.pid, selection.startedMs)?.parent : undefined

/** The parent of a process that is offered is one as well. */
const wordOf = (selection: Selection, parents: ReadonlySet<number>): string => {
  if (selection.is === 'function') return 'function'
  return selection.is === 'process' && parents.has(selection.pid) ? 'parent' : SELECTION_WORDS[selection.is]
}

/** Of a size that stays while one types. */
const drawPalette = (canvas: Canvas, body: Rect, state: AppState, view: View, at: number): Rect => {
  const items = paletteItems(state, view)
  const names = Math.max(...items.map(({ label }) => displayWidth(sanitize(label))), 12)
  // strips of the page beside it would only disturb
  const margin = body.width < 100 ? 0 : 2
  const inner = { ...body, x: body.x + margin, width: body.width - 2 * margin, height: Math.min(body.height, 24) }
  const width = Math.min(names, 32, Math.floor(inner.width / 3))
  const lines = items.map(({ label, key, detail }) =>
    shorten(
      [fit(sanitize(label), width), key.padEnd(9), sanitize(detail)].join('  '),
      inner.width - 6,
      glyphsFor(canvas.unicode).cut,
    ),
  )
  return drawList(
    canvas,
    inner,
    `palette ${items.length}`,
    lines.length > 0 ? lines : ['nothing here is called that'],
    at,
    { least: inner },
  )
}
