// The tree as rows: heaviest first, only what is unfolded. A chain without branches is not indented, and a run of frames
// each of which is all of the one above is one row, so that a deep stack is short and has room for its names.
import type { Matcher } from '../../model/stack-search.ts'
import { heaviestPath, type StackNode } from '../../model/stacks.ts'
import { keyOf } from '../../model/stack-paths.ts'
import { startsWith, type StackFacts } from './stack-facts.ts'
import { isProgramCode } from './frame-words.ts'
import { hasShown, shownChildren, type Hidden, type ShownChild } from './shown.ts'

export interface StackRow {
  /** Of a run of frames the last. */
  node: StackNode
  path: readonly string[]
  indent: number
  open: boolean
  /** Has something to unfold. */
  foldable: boolean
  /** So many frames of one way each are this row. */
  run: number
  first: StackNode
  /** Where the run begins that it is, or is a frame of. */
  from?: readonly string[]
}

/** Fewer are no longer as rows of their own. */
const LEAST_RUN = 3

export const treeRows = ({ shown, zoom, page, matches, hidden }: StackFacts): StackRow[] => {
  const open = new Set(page.open ?? heaviestOpen(shown, zoom))
  const runs = new Set(page.runs)
  const rows: StackRow[] = []
  const add = (first: ShownChild, indent: number): void => {
    // what was entered is the whole, and stands by itself
    const run = first.node === shown ? [first] : runFrom(first, hidden, matches)
    const isRun = run.length >= LEAST_RUN
    const isFolded = isRun && !runs.has(pathId(first.path))
    const drawn = isFolded ? run.slice(-1) : isRun ? run : [first]
    const last = drawn.at(-1)!
    for (const each of drawn)
      rows.push({
        node: each.node,
        path: each.path,
        indent,
        open: each !== last || open.has(pathId(each.path)),
        foldable: hasShown(each.node, hidden),
        run: isFolded ? run.length : 1,
        first: isFolded ? first.node : each.node,
        ...(isRun ? { from: first.path } : {}),
      })
    if (!rows.at(-1)!.open) return
    const children = shownChildren(last.node, last.path, hidden)
    for (const child of children) add(child, indent + (children.length > 1 ? 1 : 0))
  }
  if (zoom.length > 0) add({ node: shown, path: zoom }, 0)
  else for (const child of shownChildren(shown, [], hidden)) add(child, 0)
  return rows
}

/** A frame and those below it as long as each is all of the one above. One that is searched for stands by itself. */
const runFrom = (first: ShownChild, hidden: Hidden, matches: Matcher | undefined): ShownChild[] => {
  const run = [first]
  if (!isCode(first.node) || matches?.(first.node)) return run
  for (;;) {
    const { node, path } = run.at(-1)!
    const below = node.selfNs > 0 ? [] : shownChildren(node, path, hidden)
    const [next] = below
    const isSame =
      next &&
      below.length === 1 &&
      next.node.totalNs === node.totalNs &&
      isCode(next.node) &&
      (next.node.kind === 'kernel') === (node.kind === 'kernel') &&
      !matches?.(next.node)
    if (!isSame) return run
    run.push(next)
  }
}

const isCode = ({ kind }: StackNode): boolean => kind === 'kernel' || isProgramCode(kind)

/** The row that a path leads to, or is folded into. */
export const rowAt = (rows: readonly StackRow[], path: readonly string[]): number => {
  const exact = rows.findIndex((row) => samePath(row.path, path))
  return exact >= 0
    ? exact
    : Math.max(
        0,
        rows.findIndex((row) => row.run > 1 && startsWith(row.path, path)),
      )
}

export const samePath = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && startsWith(a, b)

/** Short however long the names are: ids of all the parts of a deep path are kept at once. */
export const pathId = (path: readonly string[]): string => path.reduce(longerId, '')

/** Of all that lead to it, and of itself. */
export const pathIds = (path: readonly string[]): string[] => {
  let id = ''
  return path.map((key) => (id = longerId(id, key)))
}

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
