// Moving among frames and threads, folding, and going to the next match.
import type { Matcher } from '../../model/stack-search.ts'
import { childrenOf, heaviestPath, nodeAt, type StackNode } from '../../model/stacks.ts'
import { keyOf } from '../../model/stack-paths.ts'
import type { View } from '../../model/view.ts'
import type { Move } from '../actions.ts'
import { moved } from '../moves.ts'
import type { AppState } from '../state-types.ts'
import type { StacksPage } from '../page-types.ts'
import { layoutBoxes } from './boxes.ts'
import { knownPart, stackFacts, startsWith, type StackFacts } from './stack-facts.ts'
import { partsOfState } from './page-parts.ts'
import { chainBelow, heaviestOpen, pathId, pathIds, rowAt, samePath, treeRows } from './tree-rows.ts'
import { shownLengths } from './shown.ts'
import { selectedThread, threadRows } from './threads.ts'

/** Where one is: the remembered frame as far as it is there, never outside of what is zoomed into. */
export const selectedPath = (facts: StackFacts): readonly string[] => {
  const { page, tree, zoom, shown, hidden } = facts
  const known = knownPart(tree.root, page.selected ?? [])
  if (known.length > 0 && startsWith(known, zoom))
    return known.slice(0, shownLengths(tree.root, known, zoom.length, hidden).at(-1))
  return zoom.length > 0 || page.view !== 'tree' ? zoom : heaviestPath(shown).slice(0, 1).map(keyOf)
}

export const moveStacks = (state: AppState, by: Move, view: View): AppState => {
  const facts = stackFacts(state, view)
  if (!facts) return state
  const room = Math.max(1, partsOfState(state).view.height - 1)
  const { page } = facts
  if (page.mode === 'now') {
    const rows = threadRows(facts, '')
    const row = rows[moved(selectedThread(rows, facts), by, { page: room, last: rows.length - 1 })]
    return row ? withPage(state, { tid: row.thread.tid }) : nothing(state)
  }
  if (facts.tree.nodes === 0) return nothing(state)
  if (page.view !== 'tree') return moveInBoxes(state, facts, by, room)
  const rows = treeRows(facts)
  const to = moved(rowAt(rows, selectedPath(facts)), by, { page: room, last: rows.length - 1 })
  return withPage(state, { ...settled(facts), selected: rows[to]!.path })
}

/** Tree: fold, unfold, or to the parent or child where there is nothing to fold. Boxes: to the frame beside. */
export const sideways = (state: AppState, step: 1 | -1, view: View): AppState => {
  const facts = stackFacts(state, view)
  if (!facts || facts.page.mode === 'now' || facts.tree.nodes === 0) return state
  const path = selectedPath(facts)
  if (facts.page.view !== 'tree') {
    const { levels } = layoutBoxes(facts.shown, facts.zoom, partsOfState(state).view.width, facts.hidden)
    const level = levels[depthOf(facts, path)] ?? []
    const box = level[level.findIndex((each) => samePath(each.path, path)) + step]
    return box ? withPage(state, { selected: box.path }) : state
  }
  const rows = treeRows(facts)
  const at = rowAt(rows, path)
  const row = rows[at]
  if (!row) return state
  if (step === 1)
    return row.run > 1 || (row.foldable && !row.open)
      ? fold(state, true, view)
      : row.foldable
        ? moveStacks(state, 'down', view)
        : state
  if ((row.from && row.run === 1) || (row.open && row.foldable)) return fold(state, false, view)
  const above = rows
    .slice(0, at)
    .findLast((each) => each.path.length < row.path.length && startsWith(row.path, each.path))
  return above ? withPage(state, { ...settled(facts), selected: above.path }) : state
}

/** How many frames are drawn above a frame. */
export const depthOf = ({ tree, zoom, hidden }: StackFacts, path: readonly string[]): number =>
  shownLengths(tree.root, path, zoom.length, hidden).length - 1

export const fold = (state: AppState, open: boolean, view: View): AppState => {
  const facts = stackFacts(state, view)
  if (!facts || facts.page.view !== 'tree' || facts.page.mode === 'now') return state
  const rows = treeRows(facts)
  const row = rows[rowAt(rows, selectedPath(facts))]
  if (!row) return state
  const { path, node, run, from } = row
  const before = settled(facts).open
  const runs = facts.page.runs ?? []
  // one by one, or one row again
  if (open && run > 1)
    return withPage(state, {
      selected: from,
      open: [...new Set([...before, ...chainBelow(node, path)])],
      runs: [...runs, pathId(from!)],
    })
  const id = pathId(path)
  if (!open && from && run === 1) {
    const last = rows.findLast((each) => each.from && samePath(each.from, from))!
    const runId = pathId(from)
    return withPage(state, { selected: last.path, open: before, runs: runs.filter((each) => each !== runId) })
  }
  return withPage(state, {
    selected: path,
    open: open ? [...new Set([...before, ...chainBelow(node, path)])] : before.filter((each) => each !== id),
  })
}

/** The next frame in the whole tree, in its order, that is found by the search; what hides it is unfolded. */
export const nextMatch = (state: AppState, step: 1 | -1, view: View): AppState => {
  const facts = stackFacts(state, view)
  const matches = facts?.matches
  if (!facts || !matches) return { ...state, notice: { text: 'nothing is searched for: / searches', role: 'warn' } }
  if (facts.page.mode === 'now') {
    const rows = threadRows(facts, state.filter.text)
    const row = around(rows, selectedThread(rows, facts), step).find(({ matched }) => matched)
    return row ? withPage(state, { tid: row.thread.tid }) : none(state)
  }
  const next = matchBeside(facts, matches, step)
  if (!next) return none(state)
  const above = pathIds(next.slice(0, -1))
  return withPage(state, { selected: next, open: [...new Set([...settled(facts).open, ...above])] })
}

/** Beside the selected frame in the tree's order, round the end; it itself where nothing else is found. */
const matchBeside = (facts: StackFacts, matches: Matcher, step: 1 | -1): readonly string[] | undefined => {
  const at = nodeAt(facts.tree.root, selectedPath(facts))
  const path = [...facts.zoom]
  let passed = false
  let first: readonly string[] | undefined
  let last: readonly string[] | undefined
  let before: readonly string[] | undefined
  let after: readonly string[] | undefined
  const note = (): void => {
    const found = [...path]
    first ??= found
    last = found
    if (passed) after ??= found
    else before = found
  }
  const walk = (node: StackNode): void => {
    const isHere = node === at
    // the one itself is neither before nor after
    if (isHere) passed = true
    if (path.length > 0 && matches(node)) {
      if (isHere) [first, last] = [first ?? [...path], [...path]]
      else note()
    }
    for (const child of childrenOf(node)) {
      path.push(keyOf(child))
      walk(child)
      path.pop()
    }
  }
  walk(nodeAt(facts.tree.root, facts.zoom)!)
  return step === 1 ? (after ?? first) : (before ?? last)
}

/** In a flame graph up is deeper. */
const FLIPPED: Partial<Record<Move, Move>> = { up: 'down', down: 'up', pageUp: 'pageDown', pageDown: 'pageUp' }

const moveInBoxes = (state: AppState, facts: StackFacts, by: Move, room: number): AppState => {
  const { page, tree, zoom, hidden } = facts
  const path = selectedPath(facts)
  const below = [...path, ...heaviestPath(nodeAt(tree.root, path)!).map(keyOf)]
  const lengths = shownLengths(tree.root, below, zoom.length, hidden)
  const deeper = page.view === 'flame' ? (FLIPPED[by] ?? by) : by
  const to = moved(lengths.indexOf(path.length), deeper, { page: room, last: lengths.length - 1 })
  return withPage(state, { selected: below.slice(0, lengths[to]) })
}

/** From the first step on, what is unfolded stays so, whichever path becomes the heaviest. */
const settled = ({ page, shown, zoom }: StackFacts): { open: readonly string[] } => ({
  open: page.open ?? heaviestOpen(shown, zoom),
})

const withPage = (state: AppState, change: Partial<StacksPage>): AppState =>
  state.page.is === 'stacks' ? { ...state, page: { ...state.page, ...change } } : state

/** All others in the order they come in, round the end, and the one itself last. */
const around = <T>(items: readonly T[], at: number, step: 1 | -1): T[] => {
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  return step === 1 ? after : [...items.slice(at), ...items.slice(0, at)].reverse()
}

const nothing = (state: AppState): AppState => ({ ...state, notice: { text: 'nothing to move in yet', role: 'warn' } })
const none = (state: AppState): AppState => ({ ...state, notice: { text: 'not found', role: 'warn' } })
