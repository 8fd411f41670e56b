// The verdict: its page, and the worst of it in as many columns as the header has left.
import type { View } from '../../model/view.ts'
import type { AppState } from '../state-types.ts'
import { VERDICT_WIDTH, verdictIn, verdictLines } from '../verdict/page.ts'
import { displayWidth, shorten } from '../width.ts'
import { sanitize } from '../../stream/harmless.ts'
import { hit, put, type Canvas } from './grid.ts'
import { drawLines } from './lines.ts'
import { firstRow } from '../moves.ts'
import { glyphsFor } from '../glyphs.ts'
import type { Rect } from '../app-types.ts'
import { lineWidth, pageLines } from '../lines.ts'
import { LABEL_WIDTH } from './heat.ts'
import { drawVerdictPast, type Place } from './verdict-past.ts'

/** `nowMs`: with each figure over time, where there is room. */
export const drawVerdict = (canvas: Canvas, rect: Rect, state: AppState, view: View, nowMs?: number): void => {
  const shown = (rows: number) => verdictLines(state, view, glyphsFor(canvas.unicode), rect.width - 3, rows)
  const room = pageLines(rect.height)
  const low = shown(1)
  const columns = rect.width - 4 - PAST_AT
  const hasPast = nowMs !== undefined && columns >= LEAST_COLUMNS
  const left = room - FOOT - (low.lines.length - low.entries.size)
  const rows = hasPast ? Math.max(1, Math.min(HIGHEST, Math.floor(left / Math.max(1, low.entries.size)))) : 1
  const { lines, at, entries, rules } = rows === 1 ? low : shown(rows)
  const isPage = state.page.is === 'verdict'
  const first = Math.max(0, firstRow(at, lines.length, room))
  drawLines(canvas, rect, 'what stands out', lines, first, undefined, isPage)
  const places: Place[] = []
  for (const [line, entry] of entries) {
    if (line < first || line >= first + room) continue
    const height = Math.min(rows, line - first + 1)
    const y = rect.y + 1 + line - first
    hit(canvas, { ...rect, y: y - height + 1, height }, { do: 'finding', at: entry })
    const rule = rules[entry]!
    // of several findings of one rule the first is the worst, and the rule's figure
    const isFirst = rules.indexOf(rule) === entry
    if (isFirst && !places.some((place) => place.rule === rule) && lineWidth(lines[line]!) <= PAST_AT)
      places.push({ rule, y, height, isChosen: isPage && line === at })
  }
  if (!hasPast) return
  const isFree = (y: number): boolean => lineWidth(lines[first + y - rect.y - 1] ?? []) <= PAST_AT
  drawVerdictPast(canvas, { ...rect, x: rect.x + 2 + PAST_AT, width: columns }, places, isFree, state, view, nowMs)
}

/** Beside its columns, and what a click on the first instant may miss. */
const PAST_AT = VERDICT_WIDTH + LABEL_WIDTH + 2
const LEAST_COLUMNS = 40
/** Higher ones say no more. */
const HIGHEST = 3
/** The time below all. */
const FOOT = 2

/** Fewer say nothing. */
const LEAST_ROOM = 24

/** From column `x` on: the worst, and how many more there are; where nothing is found, in how many checks. */
export const drawVerdictLine = (canvas: Canvas, x: number, y: number, state: AppState, view: View): void => {
  const room = canvas.width - x - 1
  const { findings, checks } = verdictIn(state, view)
  let fine = 0
  for (let i = 0; i < checks.length; i++) if (checks[i]!.is === 'fine') fine++
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
