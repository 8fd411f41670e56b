import test from 'ava'
import { childrenOf, heaviestPath, nodeAt, type StackNode, type StackQuery } from '../../src/model/stacks.ts'
import { mergeStacks } from '../helpers/stack-tree.ts'
import { keyOf } from '../../src/model/stack-paths.ts'
import { addMerged, createMerged } from '../../src/model/stack-merge.ts'
import { readPatterns } from '../../src/model/pattern.ts'
import { matchedNs, matcherOf } from '../../src/model/stack-search.ts'
import type { Stack, StackFrame, StacksData } from '../../src/stream/stack-types.ts'
import { randomFrom } from '../helpers/stream.ts'

const FRAMES: StackFrame[] = [
  { name: 'main', kind: 'user', module: '/bin/app' },
  { name: 'work', kind: 'user', module: '/bin/app' },
  { name: 'read', kind: 'user', module: '/lib/libc.so.6' },
  { name: 'do_syscall_64', kind: 'kernel' },
  { name: 'vfs_read', kind: 'kernel' },
  { name: 'schedule', kind: 'kernel' },
  { name: 'wake_up', kind: 'kernel' },
]
const stack = (more: Partial<Stack> = {}): Stack => ({
  pid: 10,
  comm: 'app',
  state: 'S',
  ns: 100,
  count: 2,
  maxNs: 70,
  user: [2, 1, 0],
  kernel: [5, 4, 3],
  ...more,
})
const data = (...stacks: Stack[]): StacksData => ({ mode: 'offcpu', frames: FRAMES, stacks, thresholdNs: 1000 })
const query = (more: Partial<StackQuery> = {}): StackQuery => ({
  by: 'process',
  wakers: false,
  inverted: false,
  ...more,
})
const names = (nodes: readonly StackNode[]) => nodes.map(({ name }) => name)
const chain = (root: StackNode) => names(heaviestPath(root))

await readPatterns()

test('root first: process, user frames from the outermost, kernel frames', (t) => {
  const { root } = mergeStacks([data(stack())], query())
  t.deepEqual(chain(root), ['app', 'main', 'work', 'read', 'do_syscall_64', 'vfs_read', 'schedule'])
  const leaf = heaviestPath(root).at(-1)!
  t.like(leaf, { selfNs: 100, totalNs: 100, count: 2, maxNs: 70 })
  t.is(root.selfNs, 0)
})

test('inverted: the leaf first', (t) => {
  t.deepEqual(chain(mergeStacks([data(stack())], query({ inverted: true })).root), [
    'schedule',
    'vfs_read',
    'do_syscall_64',
    'read',
    'work',
    'main',
    'app',
  ])
})

test('several intervals add up, whatever number a frame has in each', (t) => {
  const turned: StacksData = {
    ...data(stack({ user: [4, 5, 6], kernel: [1, 2, 3], ns: 11, maxNs: 90 })),
    frames: [...FRAMES].reverse(),
  }
  const { root, nodes } = mergeStacks([data(stack()), turned], query())
  t.is(nodes, 7)
  t.like(root, { totalNs: 111, count: 4, maxNs: 90 })
})

test('by thread and by state', (t) => {
  const samples = [data(stack({ comm: 'worker' }), stack({ comm: 'flusher', state: 'D', ns: 300 }))]
  const nameOf = () => 'app'
  const top = (by: 'process' | 'thread' | 'state') =>
    names(childrenOf(childrenOf(mergeStacks(samples, query({ by, nameOf })).root)[0]!))
  t.deepEqual(top('process'), ['main'])
  t.deepEqual(top('thread'), ['flusher', 'worker'])
  t.deepEqual(top('state'), ['D uninterruptible', 'S sleeping'])
})

test('only a state', (t) => {
  const samples = [data(stack(), stack({ state: 'D', ns: 7 }), stack({ pid: 11, ns: 5 }))]
  t.is(mergeStacks(samples, query({ state: 'D' })).root.totalNs, 7)
  t.is(mergeStacks(samples, query()).root.totalNs, 112)
})

test('what had no room is shown, unless it may not belong here', (t) => {
  const samples = [{ ...data(stack()), others: { ns: 50, count: 3 } }]
  t.deepEqual(names(childrenOf(mergeStacks(samples, query()).root)), ['app', '[others]'])
  t.is(mergeStacks(samples, query()).root.totalNs, 150)
  t.is(mergeStacks(samples, query({ state: 'S' })).root.totalNs, 100)
})

test('the waker stands turned over above whom it woke', (t) => {
  const woken = stack({ waker: { pid: 3, comm: 'disk', user: [0], kernel: [6, 3] } })
  t.deepEqual(chain(mergeStacks([data(woken)], query({ wakers: true })).root).slice(-5), [
    '--',
    'wake_up',
    'do_syscall_64',
    'main',
    'disk',
  ])
  t.is(chain(mergeStacks([data(woken)], query()).root).at(-1), 'schedule')
})

test('a stack that is cut says why', (t) => {
  const { root } = mergeStacks([data(stack({ user: [2], cut: 'no frame pointers' }))], query())
  t.deepEqual(chain(root).slice(0, 3), ['app', '[no frame pointers]', 'read'])
})

test('an index that leads nowhere is unknown', (t) => {
  t.is(chain(mergeStacks([data(stack({ user: [999], kernel: [] }))], query()).root).at(-1), '[unknown]')
})

test('equal names of different kinds or files are different frames', (t) => {
  const frames: StackFrame[] = [
    { name: 'read', kind: 'user', module: 'a' },
    { name: 'read', kind: 'user', module: 'b' },
    { name: 'read', kind: 'kernel' },
  ]
  const one = (index: number) => stack({ user: [index], kernel: [] })
  t.is(childrenOf(childrenOf(mergeStacks([{ ...data(one(0), one(1), one(2)), frames }], query()).root)[0]!).length, 3)
})

test('a search counts a stack once, however often it matches', (t) => {
  const { root } = mergeStacks([data(stack(), stack({ user: [0], kernel: [], ns: 300 }))], query())
  t.is(matchedNs(root, matcherOf('re.d')!), 100)
  t.is(matchedNs(root, matcherOf('READ')!), 0, 'capitals are meant')
  t.is(matchedNs(root, matcherOf('libc')!), 100)
  t.is(matchedNs(root, matcherOf('app')!), 400)
  t.is(matchedNs(root, matcherOf('^re')!), matchedNs(root, matcherOf('re')!))
  t.is(matchedNs(root, matcherOf('.*')!), 400)
  t.is(matcherOf(''), undefined)
})

/** Stacks that hardly share anything. */
const crowd = (count: number, seed: number): StacksData => {
  const random = randomFrom(seed)
  const frames = Array.from({ length: 400 }, (_, index): StackFrame => ({ name: `f${index}`, kind: 'user' }))
  const stacks = Array.from({ length: count }, (): Stack => ({
    pid: 1,
    comm: 'crowd',
    state: 'S',
    ns: Math.ceil(random() * 1e6),
    count: 1,
    kernel: [],
    user: Array.from({ length: 12 }, () => Math.floor(random() * 400)),
  }))
  return { mode: 'offcpu', frames, stacks, thresholdNs: 0 }
}

test('never more nodes than asked for, and the sums stay right', (t) => {
  const samples = [crowd(400, 1), crowd(400, 2), crowd(400, 3)]
  const whole = mergeStacks(samples, query())
  const { root, nodes } = mergeStacks(samples, query({ most: 100 }))
  t.true(whole.nodes > 10_000)
  t.true(nodes <= 100)
  t.is(root.totalNs, whole.root.totalNs)
  t.is(root.count, 1200)
  const check = (node: StackNode): number => {
    const below = childrenOf(node).reduce((sum, child) => sum + check(child), 0)
    t.is(below + node.selfNs, node.totalNs)
    return node.totalNs
  }
  check(root)
})

test('what is heavy stays when there are too many', (t) => {
  const samples = [crowd(300, 1), data(stack({ ns: 1e9 })), crowd(300, 2)]
  const { root } = mergeStacks(samples, query({ most: 60 }))
  t.deepEqual(chain(root), ['app', 'main', 'work', 'read', 'do_syscall_64', 'vfs_read', 'schedule'])
})

test('a node is found by its path', (t) => {
  const { root } = mergeStacks([data(stack())], query())
  const path = heaviestPath(root).slice(0, 3)
  t.is(nodeAt(root, path.map(keyOf)), path[2])
  t.is(nodeAt(root, ['nowhere']), undefined)
})

test('recursion stays visible', (t) => {
  t.deepEqual(chain(mergeStacks([data(stack({ user: [1, 1, 0], kernel: [] }))], query()).root), [
    'app',
    'main',
    'work',
    'work',
  ])
})

const merge = (samples: readonly StacksData[], most?: number): StacksData => {
  const merged = createMerged()
  for (const each of samples) addMerged(merged, each, most)
  return merged.data
}

test('merged intervals make the same tree as each of them', (t) => {
  const turned: StacksData = {
    ...data(
      stack({ user: [4, 5, 6], kernel: [1, 2, 3], ns: 11, maxNs: 90 }),
      stack({ user: [], cut: 'no user stack' }),
    ),
    frames: [...FRAMES].reverse(),
  }
  const woken = stack({ waker: { pid: 3, comm: 'disk', user: [0], kernel: [6, 3] } })
  const samples = [
    data(stack(), woken, stack({ comm: 'other' })),
    turned,
    crowd(50, 1),
    crowd(50, 1),
    { ...data(woken, stack({ state: 'D' })), others: { ns: 5, count: 1 } },
  ]
  for (const wakers of [true, false]) {
    for (const by of ['process', 'thread', 'state'] as const) {
      t.deepEqual(
        mergeStacks([merge(samples)], query({ by, wakers })).root,
        mergeStacks(samples, query({ by, wakers })).root,
      )
    }
  }
  t.is(merge(samples).stacks.length, 5 + 50)
})

test('merging leaves the intervals as they are, and what is too much is others', (t) => {
  const samples = [crowd(300, 1), crowd(300, 2)]
  const before = JSON.stringify(samples)
  const { stacks, others } = merge(samples, 100)
  t.is(stacks.length, 100)
  t.is(others!.count, 500)
  t.is(JSON.stringify(samples), before)
  t.is(mergeStacks([merge(samples, 100)], query()).root.totalNs, mergeStacks(samples, query()).root.totalNs)
})
