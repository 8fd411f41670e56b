// The verdict: its page, and the worst of it in as many columns as the header has left.
import type { View } from '../../model/view.ts'
import type { AppState } from '../state.ts'
import { verdictIn, verdictLines } from '../verdict/page.ts'
import { displayWidth, sanitize, shorten } from '../width.ts'
import { hit, put, type Canvas } from './grid.ts'
import { drawLines } from './lines.ts'
import { firstRow } from '../moves.ts'
import { glyphsFor } from '../glyphs.ts'
import type { Rect } from '../app-types.ts'
import { pageLines } from '../lines.ts'

export const drawVerdict = (canvas: Canvas, rect: Rect, state: AppState, view: View): void => {
  const { lines, at, entries } = verdictLines(state, view, glyphsFor(canvas.unicode), rect.width - 3)
  const room = pageLines(rect.height)
  const isPage = state.page.is === 'verdict'
  const first = Math.max(0, firstRow(at, lines.length, room))
  drawLines(canvas, rect, 'what stands out', lines, first, undefined, isPage)
  for (const [line, entry] of entries)
    if (line >= first && line < first + room)
      hit(canvas, { ...rect, y: rect.y + 1 + line - first, height: 1 }, { do: 'finding', at: entry })
}

/** Fewer say nothing. */
const LEAST_ROOM = 24

/** From column `x` on: the worst, and how many more there are; where nothing is found, in how many checks. */
export const drawVerdictLine = (canvas: Canvas, x: number, y: number, state: AppState, view: View): void => {
  const room = canvas.width - x - 1
  const { findings, checks } = verdictIn(state, view)
  const fine = checks.filter(({ is }) => is === 'fine').length
  const [worst] = findings
  if (room < LEAST_ROOM || (!worst && fine === 0)) return
  hit(canvas, { x, y, width: room, height: 1 }, { do: 'verdict' })
  const frozen = state.instantMs !== undefined
  const { cut } = glyphsFor(canvas.unicode)
  if (!worst) {
    put(
      canvas,
      x,
      y,
      shorten(`nothing stands out in ${fine} check${fine === 1 ? '' : 's'}`, room, cut),
      frozen ? 'badge' : 'dim',
    )
    return
  }
  const mark = worst.role === 'bad' ? '!! ' : '! '
  const sentence = sanitize(worst.sentence)
  const left = room - mark.length
  const more = findings.length > 1 ? moreText(findings.length - 1, left - displayWidth(sentence)) : ''
  const text = shorten(sentence, left - more.length, cut)
  const end = put(canvas, x, y, `${mark}${text}`, frozen ? 'badge' : worst.role)
  put(canvas, end, y, more, frozen ? 'badge' : 'dim')
}

/** The figure of the worst comes first: in few words where its sentence leaves no room. */
const moreText = (count: number, room: number): string => {
  const text = `  ${count} more: press !`
  return text.length <= room ? text : `  +${count}: !`
}
