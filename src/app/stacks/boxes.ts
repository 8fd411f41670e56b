// Icicle and flame as boxes: a row for each depth, as wide as the weight, heaviest first. What is narrower than a
// column is not a box; together such frames are the `rest` at the right end of their parent.
import type { StackNode } from '../../model/stacks.ts'
import { shownChildren, type Hidden } from './shown.ts'

export interface StackBox {
  node: StackNode
  path: readonly string[]
  depth: number
  x: number
  width: number
}

interface BoxLayout {
  /** By depth, left to right. */
  levels: StackBox[][]
  rests: { depth: number; x: number; width: number }[]
}

export const layoutBoxes = (
  root: StackNode,
  path: readonly string[],
  width: number,
  hidden: Hidden = () => false,
): BoxLayout => {
  const layout: BoxLayout = { levels: [], rests: [] }
  if (root.totalNs > 0) place(layout, { node: root, path, depth: 0, x: 0, width }, 0, width / root.totalNs, hidden)
  return layout
}

const LEAST_COLUMNS = 0.5

const place = (layout: BoxLayout, box: StackBox, startNs: number, perNs: number, hidden: Hidden): void => {
  const level = (layout.levels[box.depth] ??= [])
  level.push(box)
  const children = shownChildren(box.node, box.path, hidden)
  const endNs = children.reduce((sum, { node }) => sum + node.totalNs, startNs)
  let atNs = startNs
  for (const { node: child, path } of children) {
    // Heaviest first: those after it are no wider
    if (child.totalNs * perNs < LEAST_COLUMNS) break
    const x = Math.round(atNs * perNs)
    const width = Math.round((atNs + child.totalNs) * perNs) - x
    if (width > 0) place(layout, { node: child, path, depth: box.depth + 1, x, width }, atNs, perNs, hidden)
    atNs += child.totalNs
  }
  const x = Math.round(atNs * perNs)
  const width = Math.round(endNs * perNs) - x
  if (width > 0) layout.rests.push({ depth: box.depth + 1, x, width })
}
