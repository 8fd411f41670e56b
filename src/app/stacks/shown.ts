// Which frames of the tree are drawn: without the kernel's plumbing, unless that is asked for or searched for. What is
// below a frame that is left out stands in its place; paths stay whole.
import { childrenOf, type StackNode, type StackTree } from '../../model/stacks.ts'
import { type PathFrame, keyOf } from '../../model/stack-paths.ts'

export type Hidden = (frame: PathFrame) => boolean

export interface ShownChild {
  node: StackNode
  path: readonly string[]
}

/** Heaviest first. */
export const shownChildren = (node: StackNode, path: readonly string[], hidden: Hidden): ShownChild[] => {
  const shown = childrenOf(node).flatMap((child): ShownChild[] => {
    const below = [...path, keyOf(child)]
    return hidden(child) ? shownChildren(child, below, hidden) : [{ node: child, path: below }]
  })
  return shown.sort((a, b) => b.node.totalNs - a.node.totalNs)
}

/** There is one below that is drawn. */
export const hasShown = (node: StackNode, hidden: Hidden): boolean => {
  for (const child of node.children.values()) if (!hidden(child) || hasShown(child, hidden)) return true
  return false
}

/** Lengths at which a path ends in a frame that is drawn, from that of `start` on, whose last always is. */
export const shownLengths = (root: StackNode, path: readonly string[], start: number, hidden: Hidden): number[] => {
  const lengths = [start]
  let node: StackNode | undefined = root
  path.forEach((key, index) => {
    node = node?.children.get(key)
    if (node && index >= start && !hidden(node)) lengths.push(index + 1)
  })
  return lengths
}

/** How many functions are left out. */
export const hiddenCount = ({ known }: StackTree, hidden: Hidden): number => {
  let count = 0
  for (const frame of known.values()) if (hidden(frame)) count++
  return count
}
