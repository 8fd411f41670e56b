// Frames that are drawn while others are left out: what is below those stands in their place, heaviest first.
import test from 'ava'
import { hasShown, hiddenCount, shownChildren, shownLengths } from '../../../src/app/stacks/shown.ts'
import { nodeAt } from '../../../src/model/stacks.ts'
import { mergeStacks } from '../../helpers/stack-tree.ts'
import { type PathFrame, keyOf } from '../../../src/model/stack-paths.ts'

const NAMES = ['heavy', 'plumbing', 'inner', 'a', 'b', 'c']
const stack = (ns: number, ...names: string[]) => ({
  pid: 1,
  comm: 'x',
  state: 'S' as const,
  ns,
  count: 1,
  user: names.map((name) => NAMES.indexOf(name)).reverse(),
  kernel: [],
})
const tree = mergeStacks(
  [
    {
      mode: 'offcpu',
      thresholdNs: 0,
      frames: NAMES.map((name) => ({ name, kind: 'user' as const })),
      stacks: [
        stack(6, 'plumbing', 'inner', 'a'),
        stack(3, 'plumbing', 'b'),
        stack(5, 'heavy', 'c'),
        stack(4, 'heavy', 'plumbing'),
      ],
    },
  ],
  { by: 'process', wakers: false, inverted: false },
)
const hidden = ({ name }: PathFrame): boolean => name === 'plumbing' || name === 'inner'
const [top] = tree.root.children.keys()
const key = (name: string): string => keyOf({ name, kind: 'user' })
const node = nodeAt(tree.root, [top!])!
const names = (path: readonly string[]): string[] => path.map((each) => each.split('\0').at(-1)!)

test('what is below a frame that is left out is in order with those beside that', (t) => {
  t.deepEqual(
    shownChildren(node, [], hidden).map((child) => [child.node.name, child.node.totalNs, names(child.path).join(' ')]),
    [
      ['heavy', 9, 'heavy'],
      ['a', 6, 'plumbing inner a'],
      ['b', 3, 'plumbing b'],
    ],
  )
  t.deepEqual(
    shownChildren(node, [], () => false).map((child) => child.node.name),
    ['heavy', 'plumbing'],
  )
})

test('what has nothing but such frames below it has nothing below it', (t) => {
  t.true(hasShown(node, hidden))
  t.true(hasShown(nodeAt(node, [key('plumbing')])!, hidden))
  t.false(hasShown(nodeAt(node, [key('heavy'), key('plumbing')])!, hidden))
  t.false(hasShown(nodeAt(node, [key('heavy'), key('c')])!, hidden))
  t.is(hiddenCount(tree, hidden), 2)
})

test('a path stops where a frame is drawn', (t) => {
  const path = [top!, ...['plumbing', 'inner', 'a'].map(key)]
  t.deepEqual(shownLengths(tree.root, path, 0, hidden), [0, 1, 4])
  t.deepEqual(shownLengths(tree.root, path, 2, hidden), [2, 4])
  t.deepEqual(shownLengths(tree.root, path, 4, hidden), [4])
  t.deepEqual(shownLengths(tree.root, [...path, 'gone'], 0, hidden), [0, 1, 4])
})
