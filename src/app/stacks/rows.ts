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
  const add = (node: StackNode, path: readonly string[], id: string, indent: number): void => {
    const isOpen = open.has(id)
    rows.push({ node, path, indent, open: isOpen, foldable: node.children.size > 0 })
    if (!isOpen) return
    const children = childrenOf(node)
    for (const child of children) {
      const key = keyOf(child)
      add(child, [...path, key], longerId(id, key), indent + (children.length > 1 ? 1 : 0))
    }
  }
  if (zoom.length > 0) add(shown, zoom, pathId(zoom), 0)
  else for (const child of childrenOf(shown)) add(child, [keyOf(child)], pathId([keyOf(child)]), 0)
  return rows
}

/** Short however long the names are: ids of all the parts of a deep path are kept at once. */
export const pathId = (path: readonly string[]): string => path.reduce(longerId, '')

const longerId = (id: string, key: string): string => `${id} ${numberOf(key)}`

const numbers = new Map<string, number>()
let nextNumber = 0
const MOST_NUMBERS = 200_000

/** When there are too many keys all get new numbers, and what was folded by hand is forgotten. */
const numberOf = (key: string): number => {
  const known = numbers.get(key)
  if (known !== undefined) return known
  if (numbers.size >= MOST_NUMBERS) numbers.clear()
  numbers.set(key, ++nextNumber)
  return nextNumber
}

/** What is unfolded before anything was folded by hand: all along the heaviest path. */
export const heaviestOpen = (node: StackNode, path: readonly string[]): string[] => {
  let id = pathId(path)
  return [id, ...heaviestPath(node).map((each) => (id = longerId(id, keyOf(each))))]
}

/** A node and the unbranched chain below it: what one step unfolds. */
export const chainBelow = (node: StackNode, path: readonly string[]): string[] => {
  let id = pathId(path)
  const ids = [id]
  let at = node
  while (at.children.size === 1) {
    at = [...at.children.values()][0]!
    ids.push((id = longerId(id, keyOf(at))))
  }
  return ids
}
