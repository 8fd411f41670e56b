// The help page.
import type { View } from '../../model/view.ts'
import { helpLines } from '../keys/help.ts'
import type { AppState } from '../state-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import type { FrameContext, Rect } from '../app-types.ts'
import type { Canvas } from './grid.ts'
import { drawLines } from './lines.ts'

export const drawHelp = (canvas: Canvas, rect: Rect, state: AppState, view: View, context: FrameContext): void => {
  const hello = view.store.hello()
  drawLines(
    canvas,
    rect,
    state.help?.filter.text ? `help  search ${sanitize(state.help.filter.text)}` : 'help',
    helpLines(state, view, context.width - 4),
    state.help!.scroll,
    hello && [`probetop ${hello.version}`, 'dim'],
  )
}
