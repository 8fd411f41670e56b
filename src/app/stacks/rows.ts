// The tree as rows: heaviest first, only what is unfolded. A chain without branches is not indented, so that a deep
// stack keeps to the left and has room for its names.
import { childrenOf, heaviestPath, keyOf, type StackNode } from '../../model/stacks.ts'
import type { StackFacts } from './facts.ts'

export interface StackRow {
  node: StackNode
  path: readonly string[]
  indent: number
  open: boolean
  /** Has something to unfold. */
  foldable: boolean
}

export const treeRows = ({ shown, zoom, page }: StackFacts): StackRow[] => {
  const open = new Set(page.open ?? heaviestOpen(shown, zoom))
  const rows: StackRow[] = []
  const add = (node: StackNode, path: readonly string[], indent: number): void => {
    const isOpen = open.has(pathId(path))
    rows.push({ node, path, indent, open: isOpen, foldable: node.children.size > 0 })
    if (isOpen) addChildren(node, path, indent)
  }
  const addChildren = (node: StackNode, path: readonly string[], indent: number): void => {
    const children = childrenOf(node)
    for (const child of children) add(child, [...path, keyOf(child)], indent + (children.length > 1 ? 1 : 0))
  }
  if (zoom.length > 0) add(shown, zoom, 0)
  else for (const child of childrenOf(shown)) add(child, [keyOf(child)], 0)
  return rows
}

export const pathId = (path: readonly string[]): string => path.join('\x01')

/** What is unfolded before anything was folded by hand: all along the heaviest path. */
export const heaviestOpen = (node: StackNode, path: readonly string[]): string[] => {
  let at = path
  return [pathId(path), ...heaviestPath(node).map((each) => pathId((at = [...at, keyOf(each)])))]
}

/** A node and the unbranched chain below it: what one step unfolds. */
export const chainBelow = (node: StackNode, path: readonly string[]): string[] => {
  const ids = [pathId(path)]
  let at = node
  let atPath = path
  while (at.children.size === 1) {
    at = [...at.children.values()][0]!
    atPath = [...atPath, keyOf(at)]
    ids.push(pathId(atPath))
  }
  return ids
}
