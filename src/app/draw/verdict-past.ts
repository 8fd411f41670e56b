// The verdict over time: each figure beside its words, as high as it comes near to where it stands out; and the time it is of.
import type { View } from '../../model/view.ts'
import { sparkRows } from '../spark.ts'
import type { AppState } from '../state-types.ts'
import { probeColumns } from '../time-axis.ts'
import type { Rect } from '../app-types.ts'
import { ruleRole, ruleScale, rulesPast } from '../verdict/past.ts'
import type { Rule } from '../rule.ts'
import { fill, put, type Canvas } from './grid.ts'
import { LABEL_WIDTH } from './heat.ts'
import { drawTime, drawZeros } from './past.ts'
import { hitTime } from './panel-heat.ts'

export interface Place {
  rule: Rule
  /** Its lowest line. */
  y: number
  height: number
  isChosen: boolean
}

/** As much as there is room for. */
const WORDS = [
  'over time; full height: where it stands out, or the most there was beyond that',
  'over time, up to where it stands out',
]

/** In the columns of `rect`, which is as high as the page. `isFree`: no words of the page are on that line there. */
export const drawVerdictPast = (
  canvas: Canvas,
  rect: Rect,
  places: readonly Place[],
  isFree: (y: number) => boolean,
  state: AppState,
  view: View,
  nowMs: number,
): void => {
  const columns = probeColumns(state, view.whole, 'sched', rect.width, nowMs)
  if (columns.length === 0 || places.length === 0) return
  const past = rulesPast(columns, view, state)
  places.forEach(({ rule, y, height, isChosen }) => {
    const values = past.get(rule.id) ?? []
    // what is chosen is told by its words
    if (isChosen)
      fill(canvas, { ...rect, x: rect.x - LABEL_WIDTH, y, width: rect.width + LABEL_WIDTH + 1, height: 1 }, 'text')
    sparkRows(values, canvas.unicode, ruleRole(rule), height, ruleScale(rule, values)).forEach((pieces, row) => {
      let at = rect.x
      for (const [text, of] of pieces) at = put(canvas, at, y - height + 1 + row, text, of)
    })
    drawZeros(canvas, rect.x, y, values)
  })
  const top = places[0]!.y - places[0]!.height
  let head = top
  while (head > rect.y && !isFree(head)) head--
  if (head > rect.y) put(canvas, rect.x, head, WORDS.find(({ length }) => length <= rect.width) ?? '', 'dim')
  const foot = places.at(-1)!.y + 1
  const end = state.instantMs === undefined ? columns.at(-1)!.atMs : nowMs
  if (foot < rect.y + rect.height - 1 && isFree(foot)) drawTime(canvas, rect.x, foot, columns, end)
  const x = rect.x - LABEL_WIDTH
  hitTime(canvas, { x, y: top, width: LABEL_WIDTH + columns.length, height: foot - top + 1 }, columns, state.focus)
}
