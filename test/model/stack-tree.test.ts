// A tree of stacks by hand: weights, what becomes too much, ties, and what a search finds.
import test from 'ava'
import { readPatterns } from '../../src/model/pattern.ts'
import { matchedNs, matcherOf, searchProblem } from '../../src/model/stack-search.ts'
import {
  addStacks,
  childrenOf,
  createTree,
  heaviestPath,
  nodeAt,
  weightShare,
  type StackNode,
  type StackQuery,
} from '../../src/model/stacks.ts'
import { keyOf } from '../../src/model/stack-paths.ts'
import type { Stack, StacksData } from '../../src/stream/stack-types.ts'

await readPatterns()

const NAMES = ['main', 'x', 'y', 'z', 'w']
/** `main x`, outermost first. */
const stack = (comm: string, path: string, ns: number, more: Partial<Stack> = {}): Stack => ({
  ...{ pid: 1, comm, state: 'S', ns, count: 1, kernel: [] },
  user: path
    .split(' ')
    .flatMap((name) => (name === '' ? [] : [NAMES.indexOf(name)]))
    .reverse(),
  ...more,
})
const data = (...stacks: Stack[]): StacksData => ({
  ...{ mode: 'offcpu', thresholdNs: 0, stacks },
  frames: NAMES.map((name) => ({ name, kind: 'user' })),
})
const tree = (query: Partial<StackQuery>, ...stacks: Stack[]) => {
  const made = createTree({ by: 'process', wakers: false, inverted: false, ...query })
  addStacks(made, data(...stacks))
  return made
}
/** `a 3(1): x 2(2)`: total and self, heaviest first. */
const text = (node: StackNode): string =>
  childrenOf(node)
    .map(
      (child) => `${child.name} ${child.totalNs}(${child.selfNs})${child.children.size > 0 ? `[${text(child)}]` : ''}`,
    )
    .join(' ')

test('what passes through a node and what ends there, how often and how long at most', (t) => {
  const { root, nodes } = tree({}, stack('a', 'main x', 5, { maxNs: 4 }), stack('a', 'main', 2), stack('b', 'y', 9))
  t.is(text(root), 'b 9(0)[y 9(9)] a 7(0)[main 7(2)[x 5(5)]]')
  t.deepEqual([root.totalNs, root.selfNs, root.count, root.maxNs, nodes], [16, 0, 3, 4, 5])
  t.like(root.children.get(keyOf({ name: 'a', kind: 'group' })), { count: 2, maxNs: 4 })
  t.like(root.children.get(keyOf({ name: 'b', kind: 'group' })), { count: 1, maxNs: 0 })
  t.is(nodeAt(root, []), root)
  t.is(nodeAt(root, ['gone', 'gone']), undefined)
})

test('of one state alone', (t) => {
  const stacks = [stack('a', 'x', 1), stack('c', 'x', 4, { state: 'D' })]
  t.is(text(tree({ state: 'D' }, ...stacks).root), 'c 4(0)[x 4(4)]')
  const made = createTree({ by: 'process', wakers: false, inverted: false, state: 'S' })
  addStacks(made, { ...data(), others: { ns: 5, count: 1 } })
  t.is(text(made.root), '', 'nobody knows whose others are')
})

test('of too many nodes the heavier half is kept, the rest is others of its parent', (t) => {
  const stacks = [stack('a', 'main x', 10, { maxNs: 9 }), stack('a', 'main y', 5, { count: 2 })]
  t.is(tree({ most: 4 }, ...stacks).nodes, 4)
  t.is(text(tree({ most: 4 }, ...stacks).root), 'a 15(0)[main 15(0)[x 10(10) y 5(5)]]')
  const made = tree({ most: 4 }, ...stacks, stack('a', 'main z', 1))
  t.is(text(made.root), 'a 16(0)[main 16(0)[[others] 16(16)]]')
  const others = heaviestPath(made.root).at(-1)!
  t.deepEqual([others.count, others.maxNs, made.nodes], [4, 9, 2])
  addStacks(made, data(stack('a', 'main x', 2), stack('a', 'main x w', 1)))
  t.is(text(made.root), 'a 19(0)[main 19(0)[[others] 16(16) x 3(2)[w 1(1)]]]')
  addStacks(made, data(stack('b', 'y', 100)))
  t.is(text(made.root), 'b 100(0)[y 100(100)] [others] 19(19)')
  addStacks(made, data(stack('c', 'z', 1), stack('e', '', 1)))
  t.is(text(made.root), 'b 100(0)[y 100(100)] [others] 21(21)')
  t.deepEqual([made.root.totalNs, made.nodes], [121, 2])
})

test('the heaviest path; of equals the first by name, whatever came first', (t) => {
  const stacks = [stack('a', 'main y', 3), stack('a', 'main x', 3), stack('b', 'z', 5), stack('a', 'main z', 2)]
  for (const each of [stacks, [...stacks].reverse()]) {
    const { root } = tree({}, ...each)
    t.deepEqual(
      heaviestPath(root).map(({ name }) => name),
      ['a', 'main', 'x'],
    )
    t.is(text(root), 'a 8(0)[main 8(0)[x 3(3) y 3(3) z 2(2)]] b 5(0)[z 5(5)]')
  }
  t.deepEqual(heaviestPath(tree({}).root), [])
})

test('shares', (t) => t.deepEqual([weightShare(1, 4), weightShare(1, 0), weightShare(0, 4)], [25, 0, 0]))

test('what a search finds counts once, however often it matches', (t) => {
  const { root } = tree({}, stack('a', 'main x', 5), stack('b', 'main', 2), stack('c', 'y x', 4))
  t.is(matchedNs(root, matcherOf('main')!), 7)
  t.is(matchedNs(root, matcherOf('^x$|^y$')!), 9)
  t.is(matchedNs(root, matcherOf('MAIN')!), 0)
  t.is(matcherOf(''), undefined)
  t.deepEqual([searchProblem(''), searchProblem('x'), typeof searchProblem('(')], [undefined, undefined, 'string'])
  const finds = (search: string, name: string, module?: string) =>
    matcherOf(search)!({ name, kind: 'user', ...(module ? { module } : {}) })
  t.true(finds('operator(', 'operator()'), 'as plain text, too')
  t.true(finds('libc', 'read', '/lib/libc.so'))
  t.true(finds(String.raw`^a\S$`, 'AB'), 'a class of characters is no capital')
  t.false(finds('Ab', 'ab'))
})
