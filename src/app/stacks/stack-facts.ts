// What the page of stacks shows, from state and store: the intervals that belong to it, merged into a tree. Drawing,
// moving and exporting read the same. The last tree is kept and new intervals are added to it; another question is
// answered from the intervals already merged.
import { sameTarget, targetOf, type Selection } from '../../model/selection.ts'
import { keyOf } from '../../model/stack-paths.ts'
import { addMerged, createMerged, type MergedStacks } from '../../model/stack-merge.ts'
import { isPlumbing } from '../../model/plumbing.ts'
import { matcherOf, type Matcher } from '../../model/stack-search.ts'
import { addStacks, createTree, nodeAt, type StackNode, type StackQuery, type StackTree } from '../../model/stacks.ts'
import type { View } from '../../model/view.ts'
import type { StacksData, StackState } from '../../stream/stack-types.ts'
import type { Sample } from '../../stream/stream-types.ts'
import type { Target } from '../../stream/target.ts'
import { selectedProcess, selectionsOf } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { StacksPage } from '../page-types.ts'
import type { Hidden } from './shown.ts'
import { originalOf, sourceOf, tableSamples, type SourceFacts } from './source.ts'

export interface StackFacts {
  page: StacksPage
  selections: readonly Selection[]
  samples: readonly Sample<'stacks'>[]
  /** Intervals that belong here, too, and whose stacks are no longer kept. */
  dropped: number
  /** Set when all there is was collected of somebody else alone. */
  ofOthers?: Target
  tree: StackTree
  /** The stack entered, as far as it is there. */
  shown: StackNode
  zoom: readonly string[]
  /** What is searched for. */
  matches?: Matcher
  hidden: Hidden
  /** Of which panel's table, where that is what is shown. */
  source?: SourceFacts
}

export const stackFacts = (state: AppState, view: View): StackFacts | undefined => {
  if (state.page.is !== 'stacks') return (known = undefined)
  const { page } = state
  const source = sourceOf(state, page)
  const collected = page.source ? tableSamples(source, page, view) : samplesOf(page, view)
  const all = collected.filter(({ data }) => covers(data, selectionsOf(state)))
  const ofOthers = all.length === 0 ? collected.at(-1)?.data.of : undefined
  const samples = all.filter((sample) => view.hasRows(originalOf(sample)))
  const tree = treeOf(state, page, samples, view)
  const matches = matcherOf(state.filter.text)
  const zoom = knownPart(tree.root, enteredPath(selectionsOf(state), page))
  return {
    page,
    ...(ofOthers ? { ofOthers } : {}),
    selections: selectionsOf(state),
    samples,
    dropped: all.length - samples.length,
    tree,
    shown: nodeAt(tree.root, zoom)!,
    zoom,
    ...(matches ? { matches } : {}),
    hidden: page.plumbing ? () => false : (node) => isPlumbing(node) && !matches?.(node),
    ...(source ? { source } : {}),
  }
}

/** Keys of the innermost stack entered, as far as this tree has such paths. */
const enteredPath = (selections: readonly Selection[], { by, wakers, inverted }: StacksPage): readonly string[] => {
  const isHere = (each: Selection): each is Selection & { is: 'stack' } =>
    each.is === 'stack' && each.by === by && each.wakers === wakers && each.inverted === inverted
  return selections.findLast(isHere)?.frames.map(keyOf) ?? []
}

/** The path as far as it leads somewhere. */
export const knownPart = (root: StackNode, path: readonly string[]): readonly string[] => {
  let node = root
  let length = 0
  for (const key of path) {
    const child = node.children.get(key)
    if (!child) break
    node = child
    length++
  }
  return path.slice(0, length)
}

export const startsWith = (path: readonly string[], start: readonly string[]): boolean =>
  start.length <= path.length && start.every((key, index) => key === path[index])

/** What was collected of one process says nothing of the others. */
const covers = ({ of }: StacksData, selections: readonly Selection[]): boolean =>
  of === undefined || selections.some((selection) => sameTarget(of, targetOf([selection])))

const samplesOf = (page: StacksPage, view: View): Sample<'stacks'>[] => {
  const ofMode = view.samples('stacks', Infinity).filter((sample) => sample.data.mode === page.mode)
  const kept = page.span === 'interval' || page.mode === 'now' ? ofMode.slice(-1) : ofMode
  const { sinceMs } = page
  // Frozen at an instant before the page was opened: then that instant's past is meant
  return sinceMs === undefined || (view.atMs !== undefined && view.atMs <= sinceMs)
    ? kept
    : kept.filter((sample) => sample.atMs > sinceMs)
}

interface Known {
  samples: readonly StacksData[]
  merged: MergedStacks
  names: Map<number, string>
  key: string
  tree: StackTree
}

let known: Known | undefined

const treeOf = (state: AppState, page: StacksPage, samples: readonly Sample<'stacks'>[], view: View): StackTree => {
  const data = samples.map((sample) => sample.data)
  const isLonger =
    known && known.samples.length <= data.length && known.samples.every((each, index) => each === data[index])
  const {
    samples: before,
    merged,
    names,
  } = known && isLonger ? known : { samples: [], merged: createMerged(), names: new Map<number, string>() }
  const added = data.slice(before.length)
  // rows of a table say themselves whose they are
  if (added.length > 0 && !page.source) learn(names, state, view)
  for (const each of added) addMerged(merged, each)
  const key = JSON.stringify([page.states, page.by, page.wakers, page.inverted])
  const isSame = known !== undefined && known.merged === merged && known.key === key
  const tree = isSame ? known!.tree : createTree(queryOf(page, names))
  for (const each of isSame ? added : [merged.data]) addStacks(tree, each)
  known = { samples: data, merged, names, key, tree }
  return tree
}

const queryOf = ({ states, by, wakers, inverted }: StacksPage, names: ReadonlyMap<number, string>): StackQuery => ({
  by,
  wakers,
  inverted,
  ...(states === 'all' ? {} : { state: states as StackState }),
  nameOf: (pid) => names.get(pid),
})

/** Names of processes; the first one counts, so that a tree stays of one piece. */
const learn = (names: Map<number, string>, state: AppState, view: View): void => {
  const own = selectedProcess(state)
  for (const { pid, comm } of [...(own ? [own] : []), ...view.directory().all()]) {
    if (comm !== '' && !names.has(pid)) names.set(pid, comm)
  }
}
