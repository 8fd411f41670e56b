// The picker over the page: panels by area, and below them what the one that is chosen is made of, costs, and why it does
// not work here.
import { lastCost, lastCostWords } from '../cost.ts'
import { formatPercent } from '../format.ts'
import { glyphsFor } from '../glyphs.ts'
import { pickerEntries, type PickerEntry } from '../picker/picker-entries.ts'
import type { AppState } from '../state-types.ts'
import type { View } from '../../model/view.ts'
import type { Rect } from '../app-types.ts'
import { fit, fitLeft, linesWithin, shorten, wrap } from '../width.ts'
import { sanitize } from '../../stream/harmless.ts'
import { fill, hit, put, type Canvas } from './grid.ts'
import { drawBeyond, drawLines } from './lines.ts'
import { firstRow } from '../moves.ts'

const DETAIL_LINES = 4
const TITLE = 20
const WIDEST = 150
/** From so many columns on there is room for how it comes about, and what it costs. */
const WIDE = 100

type Line = { heading: string } | { entry: PickerEntry; at: number }

export const drawPicker = (canvas: Canvas, body: Rect, state: AppState, view: View): Rect => {
  const glyphs = glyphsFor(canvas.unicode)
  const entries = pickerEntries(state, view)
  const at = Math.min(state.picker!.at, Math.max(0, entries.length - 1))
  const width = Math.min(body.width, WIDEST)
  const rect: Rect = { ...body, x: body.x + Math.floor((body.width - width) / 2), width }
  const lines = linesOf(entries)
  const room = rect.height - 3 - DETAIL_LINES
  const chosen = lines.findIndex((line) => 'entry' in line && line.at === at)
  const first = firstRow(chosen, lines.length, room)
  fill(canvas, rect, 'text')
  drawLines(canvas, rect, `panels ${entries.length}`, [], 0)
  const isWide = width >= WIDE
  lines.slice(first, first + room).forEach((line, index) => {
    const y = rect.y + 1 + index
    if ('heading' in line) return void put(canvas, rect.x + 2, y, line.heading, 'label', width - 4)
    const { entry } = line
    const isChosen = line.at === at
    const role = isChosen ? 'selection' : entry.lacks === undefined ? 'text' : 'dim'
    hit(canvas, { x: rect.x, y, width, height: 1 }, { do: 'chooseAt', at: line.at })
    fill(canvas, { x: rect.x + 1, y, width: width - 2, height: 1 }, role)
    const text = [
      isChosen ? glyphs.selected : ' ',
      entry.key || ' ',
      fit(sanitize(entry.title), TITLE),
      entry.isShown ? '*' : ' ',
      ...(isWide ? [fit(entry.kind, 8), fitLeft(costText(entry, view), 6)] : []),
      sanitize(entry.lacks === undefined ? entry.question : `not here: ${entry.lacks}`),
    ].join(' ')
    put(canvas, rect.x + 1, y, shorten(text, width - 3, glyphs.cut), role)
  })
  if (entries.length === 0) put(canvas, rect.x + 2, rect.y + 1, 'no panel has that', 'dim')
  fill(canvas, { x: rect.x + 1, y: rect.y + 1 + room, width: width - 2, height: 1 }, 'border', glyphs.horizontal)
  const entry = entries[at]
  if (entry)
    drawDetail(canvas, { x: rect.x + 2, y: rect.y + 2 + room, width: width - 4, height: DETAIL_LINES }, entry, view)
  drawBeyond(canvas, rect, { above: first, below: Math.max(0, lines.length - first - room) }, false)
  return rect
}

const linesOf = (entries: readonly PickerEntry[]): Line[] =>
  entries.flatMap((entry, at): Line[] =>
    entry.area === entries[at - 1]?.area ? [{ entry, at }] : [{ heading: entry.area }, { entry, at }],
  )

const costText = ({ panel }: PickerEntry, view: View): string => {
  const cost = panel && lastCost(view, panel.probe)
  return cost === undefined ? '' : `${formatPercent(cost)}%`
}

const drawDetail = (canvas: Canvas, rect: Rect, entry: PickerEntry, view: View): void => {
  const { question, kind, hooks, howToRead, lacks, panel } = entry
  const cost = panel && lastCostWords(view, panel.probe)
  const cut = glyphsFor(canvas.unicode).cut
  put(canvas, rect.x, rect.y, shorten(sanitize(question), rect.width, cut), 'title')
  const made = `${kind}${hooks.length > 0 ? `: ${hooks.join(', ')}` : ''}`
  put(canvas, rect.x, rect.y + 1, shorten(sanitize(made), rect.width, cut), 'label')
  const [words, role] =
    lacks !== undefined
      ? ([`not here: ${lacks}`, 'warn'] as const)
      : ([`${cost === undefined ? '' : `last run: ${cost}. `}${howToRead}`, 'text'] as const)
  linesWithin(wrap(sanitize(words), rect.width), rect.height - 2, rect.width, cut).forEach((line, index) =>
    put(canvas, rect.x, rect.y + 2 + index, line, role, rect.width),
  )
}
