// Where the parts of the page of stacks are. Drawing and moving by pages read the same.
import { layoutOf } from '../layout.ts'
import type { AppState } from '../state-types.ts'
import type { Rect } from '../app-types.ts'

export interface StackParts {
  facts: Rect
  /** Heading of the tree or the table. */
  head: Rect
  view: Rect
  detail: Rect
}

const DETAIL_LINES = 3

/** In a box; a ruler stands above the detail. */
export const stackParts = ({ x, y, width, height }: Rect): StackParts => {
  const inner = { x: x + 2, width: width - 4 }
  const detailY = y + height - 1 - DETAIL_LINES
  return {
    facts: { ...inner, y: y + 1, height: 1 },
    head: { ...inner, y: y + 2, height: 1 },
    view: { ...inner, y: y + 3, height: detailY - 1 - (y + 3) },
    detail: { ...inner, y: detailY, height: DETAIL_LINES },
  }
}

export const partsOfState = (state: AppState): StackParts =>
  stackParts(layoutOf(state.width, state.height, state.replay).body)
