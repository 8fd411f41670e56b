// Icicle (root on top) and flame (root at the bottom) as boxes of cells. A box begins with a mark (selected, found, or
// a plain edge) and has its name as far as it fits, and its share where there is room; without colours kernel boxes are
// dotted, so that they are told apart.
import { weightShare } from '../../model/stacks.ts'
import { layoutBoxes, type StackBox } from '../stacks/boxes.ts'
import type { StackFacts } from '../stacks/stack-facts.ts'
import { depthOf } from '../stacks/move.ts'
import { samePath } from '../stacks/tree-rows.ts'
import { roleOf, suffixOf } from '../stacks/frame-words.ts'
import type { Rect } from '../app-types.ts'
import type { Role } from '../../panels/panel-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import { formatPercent } from '../format.ts'
import { displayWidth, shorten } from '../width.ts'
import { fill, put, putRight, type Canvas } from './grid.ts'
import { firstRow } from '../moves.ts'
import { glyphsFor } from '../glyphs.ts'

const FOUND = '*'
/** Below so many columns a name says nothing. */
const LEAST_NAME = 3

export const drawBoxes = (
  canvas: Canvas,
  rect: Rect,
  facts: StackFacts,
  selected: readonly string[],
  colour: boolean,
): void => {
  const { page, shown, zoom, hidden, matches, tree } = facts
  const { levels, rests } = layoutBoxes(shown, zoom, rect.width, hidden)
  const glyphs = glyphsFor(canvas.unicode)
  const first = firstRow(depthOf(facts, selected), levels.length, rect.height)
  const yOf = (depth: number): number | undefined => {
    const row = depth - first
    if (row < 0 || row >= rect.height) return undefined
    return page.view === 'flame' ? rect.y + rect.height - 1 - row : rect.y + row
  }
  for (const box of levels.flat()) {
    const y = yOf(box.depth)
    if (y === undefined) continue
    const isSelected = samePath(box.path, selected)
    const isFound = matches?.(box.node) ?? false
    const role: Role = isSelected ? 'stackSelected' : isFound ? 'match' : roleOf(box.node.kind, page.mode)
    const mark = isSelected ? glyphs.selected : isFound ? FOUND : glyphs.edge
    const share = `${formatPercent(weightShare(box.node.totalNs, tree.root.totalNs))}%`
    put(canvas, rect.x + box.x, y, mark + label(box, share, glyphs.cut, colour ? ' ' : glyphs.dot), role, box.width)
  }
  for (const { depth, x, width } of rests) {
    const y = yOf(depth)
    if (y !== undefined) fill(canvas, { x: rect.x + x, y, width, height: 1 }, 'dim', glyphs.density[2])
  }
  const deeper = levels.length - first - rect.height
  const right = rect.x + rect.width
  if (deeper > 0)
    putRight(canvas, right, page.view === 'flame' ? rect.y : rect.y + rect.height - 1, ` ${deeper} deeper `, 'label')
  if (first > 0)
    putRight(
      canvas,
      right,
      page.view === 'flame' ? rect.y + rect.height - 1 : rect.y,
      ` ${first} nearer the root `,
      'label',
    )
}

/** All of a box but its mark. */
const label = ({ node, width }: StackBox, share: string, cut: string, dot: string): string => {
  const room = width - 1
  const isKernel = node.kind === 'kernel'
  const suffix = suffixOf(node.kind)
  const text =
    room < LEAST_NAME
      ? ''
      : room > suffix.length + 2
        ? shorten(sanitize(node.name), room - suffix.length, cut) + suffix
        : shorten(sanitize(node.name), room, cut)
  const left = room - displayWidth(text)
  const end = text !== '' && left > share.length + 2 ? `${share} ` : ''
  return text + (isKernel ? dot : ' ').repeat(left - end.length) + end
}
