// The page of a checklist: lines, and below them the panel of a step that has no figures of its own.
import type { View } from '../../model/view.ts'
import { checklistLines, titleOf } from '../checklist/page.ts'
import type { ChecklistPage } from '../page-types.ts'
import type { AppState } from '../state-types.ts'
import { currentStep } from '../checklist/wanted.ts'
import { panelIn } from '../state.ts'
import type { ChartSlot, FrameContext, Rect } from '../app-types.ts'
import { drawLines } from './lines.ts'
import { drawPanel } from './panel.ts'
import type { Canvas } from './grid.ts'
import { glyphsFor } from '../glyphs.ts'
import { pageLines } from '../lines.ts'

const HEAD = 3

export const drawChecklist = (
  canvas: Canvas,
  rect: Rect,
  state: AppState,
  page: ChecklistPage,
  view: View,
  context: FrameContext,
): ChartSlot[] => {
  const lines = checklistLines(
    page,
    view,
    { width: rect.width - 4, height: pageLines(rect.height) },
    glyphsFor(canvas.unicode),
    state.thresholds,
  )
  const step = page.run && currentStep(page.run)
  const done = page.run?.results.length ?? 0
  if (!step || step.figures) {
    // what came last of the steps before is what does not fit
    drawLines(canvas, rect, titleOf(page), lines.slice(0, pageLines(rect.height)), 0)
    return []
  }
  drawLines(canvas, { ...rect, height: HEAD }, titleOf(page), lines, 0, [`${done} done`, 'label'])
  const id = (step.script === undefined ? undefined : page.run!.scripts[step.script]) ?? step.to.panel
  const panel = panelIn(state, id)
  const mode = panel.modes.find((each) => each.id === step.to.mode)?.id ?? panel.modes[0]!.id
  const shown = { ...state, byPanel: { ...state.byPanel, [id]: { mode } } }
  const below = { ...rect, y: rect.y + HEAD, height: rect.height - HEAD }
  return drawPanel(canvas, shown, view, context, { id, rect: below, boxed: true }, true)
}
