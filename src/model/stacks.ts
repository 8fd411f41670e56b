// Stacks of several intervals merged into one weighted tree, bounded: when there are too many nodes the lightest go
// into [others] of their parent, so that sums stay right. Weights are ns; nothing in the tree is averaged.
import type { StacksData, StackState } from '../stream/stack-types.ts'
import { keyOf, OTHERS, pathOf, type NodeKind, type PathFrame, type PathOptions } from './stack-paths.ts'

export interface StackNode {
  name: string
  kind: NodeKind
  module?: string
  /** Of stacks that end here, and of all that pass through. */
  selfNs: number
  totalNs: number
  count: number
  maxNs: number
  /** By key, see childrenOf(). */
  children: Map<string, StackNode>
}

export interface StackQuery extends PathOptions {
  state?: StackState
  /** Nodes at most, without those of [others]; of more, the heavier half is kept. */
  most?: number
}

export interface StackTree {
  root: StackNode
  nodes: number
  query: StackQuery
  /** Frames and their keys by key: every interval lists its own, and most are the same. */
  known: Map<string, KeyedFrame>
}

type KeyedFrame = PathFrame & { key: string }

const MOST_NODES = 40_000

export const createTree = (query: StackQuery): StackTree => ({
  root: nodeOf({ name: 'all', kind: 'group' }),
  nodes: 0,
  query,
  known: new Map(),
})

export const addStacks = (tree: StackTree, data: StacksData): void => {
  const { state, most = MOST_NODES } = tree.query
  const frames = data.frames.map((frame) => keyed(tree, frame))
  for (const stack of data.stacks) {
    if (state !== undefined && stack.state !== state) continue
    addPath(tree, pathOf(stack, frames, tree.query), stack.ns, stack.count, stack.maxNs ?? 0)
    if (tree.nodes > most) prune(tree, Math.floor(most / 2))
  }
  // Nobody knows of which state these are
  if (data.others && state === undefined) addPath(tree, [OTHERS], data.others.ns, data.others.count, 0)
}

/** Heaviest first; equals by name, so that the order is always the same. */
export const childrenOf = (node: StackNode): StackNode[] =>
  [...node.children.values()].sort((a, b) => b.totalNs - a.totalNs || (keyOf(a) < keyOf(b) ? -1 : 1))

/** From a node along its heaviest children, the node itself left out. */
export const heaviestPath = (node: StackNode): StackNode[] => {
  const path: StackNode[] = []
  let at = heaviestChild(node)
  while (at) {
    path.push(at)
    at = heaviestChild(at)
  }
  return path
}

/** The node at the end of a path of keys, as far as it is there. */
export const nodeAt = (root: StackNode, path: readonly string[]): StackNode | undefined =>
  path.reduce<StackNode | undefined>((node, key) => node?.children.get(key), root)

export const weightShare = (ns: number, ofNs: number): number => (ofNs > 0 ? (ns * 100) / ofNs : 0)

const heaviestChild = (node: StackNode): StackNode | undefined => {
  let best: StackNode | undefined
  for (const child of node.children.values()) {
    if (!best || child.totalNs > best.totalNs || (child.totalNs === best.totalNs && keyOf(child) < keyOf(best)))
      best = child
  }
  return best
}

const nodeOf = ({ name, kind, module }: PathFrame): StackNode => ({
  name,
  kind,
  ...(module === undefined ? {} : { module }),
  selfNs: 0,
  totalNs: 0,
  count: 0,
  maxNs: 0,
  children: new Map(),
})

const addPath = (tree: StackTree, path: readonly PathFrame[], ns: number, count: number, maxNs: number): void => {
  let node = tree.root
  weigh(node, ns, count, maxNs)
  for (const frame of path) {
    const { key } = keyed(tree, frame)
    let child = node.children.get(key)
    if (!child) {
      node.children.set(key, (child = nodeOf(frame)))
      tree.nodes++
    }
    node = child
    weigh(node, ns, count, maxNs)
  }
  node.selfNs += ns
}

const keyed = (tree: StackTree, frame: PathFrame | KeyedFrame): KeyedFrame => {
  if ('key' in frame) return frame
  const key = keyOf(frame)
  let known = tree.known.get(key)
  if (!known) tree.known.set(key, (known = { key, ...frame }))
  return known
}

const weigh = (node: StackNode, ns: number, count: number, maxNs: number): void => {
  node.totalNs += ns
  node.count += count
  node.maxNs = Math.max(node.maxNs, maxNs)
}

const prune = (tree: StackTree, most: number): void => {
  const all: StackNode[] = []
  const collect = (node: StackNode): void => {
    for (const child of node.children.values()) {
      all.push(child)
      collect(child)
    }
  }
  collect(tree.root)
  // Parents come before their children in `all` and the sort is stable: what is kept is a tree
  const kept = new Set([...all].sort((a, b) => b.totalNs - a.totalNs).slice(0, most))
  tree.nodes = kept.size
  thin(tree.root, kept)
}

const OTHERS_KEY = keyOf(OTHERS)

const thin = (node: StackNode, kept: ReadonlySet<StackNode>): void => {
  for (const [key, child] of [...node.children]) {
    if (kept.has(child)) thin(child, kept)
    else if (key !== OTHERS_KEY) {
      node.children.delete(key)
      const others = node.children.get(OTHERS_KEY) ?? nodeOf(OTHERS)
      node.children.set(OTHERS_KEY, others)
      weigh(others, child.totalNs, child.count, child.maxNs)
      others.selfNs += child.totalNs
    }
  }
}
