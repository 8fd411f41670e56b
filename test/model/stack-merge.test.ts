// Intervals of stacks as one: equal ones added up, frames listed once, what is too much told as others.
import test from 'ava'
import { addMerged, createMerged } from '../../src/model/stack-merge.ts'
import type { Stack, StacksData } from '../../src/stream/stack-types.ts'

const stack = (more: Partial<Stack> = {}): Stack => ({
  pid: 1,
  comm: 'a',
  state: 'S',
  ns: 10,
  count: 1,
  user: [0],
  kernel: [1],
  ...more,
})
const data = (names: readonly string[], stacks: Stack[], others?: StacksData['others']): StacksData => ({
  mode: 'offcpu',
  thresholdNs: 0,
  frames: names.map((name) => ({ name, kind: 'user' })),
  stacks,
  ...(others ? { others } : {}),
})
const mergedOf = (all: readonly StacksData[], most?: number): StacksData => {
  const merged = createMerged()
  for (const each of all) addMerged(merged, each, most)
  return merged.data
}

test('frames are known by what they are, not by their place', (t) => {
  const { frames, stacks } = mergedOf([
    data(['main', 'read'], [stack({ ns: 5, count: 2, maxNs: 4 })]),
    data(
      ['read', 'other', 'main'],
      [stack({ user: [2], kernel: [0], ns: 7, count: 1, maxNs: 3 }), stack({ user: [1] })],
    ),
  ])
  t.deepEqual(
    frames.map(({ name }) => name),
    ['main', 'read', 'other'],
  )
  t.deepEqual(
    stacks.map(({ user, kernel, ns, count, maxNs }) => [user, kernel, ns, count, maxNs]),
    [
      [[0], [1], 12, 3, 4],
      [[2], [2], 10, 1, undefined],
    ],
  )
})

test('the longest is that of any; where the first did not say, that of the second', (t) => {
  const longest = (...all: (number | undefined)[]) =>
    mergedOf([
      data(
        ['a', 'b'],
        all.map((maxNs) => stack({ maxNs })),
      ),
    ]).stacks[0]!.maxNs
  t.is(longest(4, 9), 9)
  t.is(longest(9, 4), 9)
  t.is(longest(undefined, 4), 4)
  t.is(longest(4, undefined), 4)
})

test('stacks of others, in another state, cut or woken otherwise are not the same', (t) => {
  const different = [
    stack(),
    stack({ pid: 2 }),
    stack({ comm: 'b' }),
    stack({ state: 'D' }),
    stack({ cut: 'too deep' }),
    stack({ user: [0, 0] }),
    stack({ kernel: [] }),
    stack({ waker: { pid: 3, comm: 'w', user: [0], kernel: [] } }),
    stack({ waker: { pid: 4, comm: 'w', user: [0], kernel: [] } }),
    stack({ waker: { pid: 3, comm: 'v', user: [0], kernel: [] } }),
    stack({ waker: { pid: 3, comm: 'w', user: [1], kernel: [] } }),
  ]
  const { stacks } = mergedOf([data(['a', 'b'], different), data(['a', 'b'], different)])
  t.is(stacks.length, different.length)
  t.true(stacks.every(({ count }) => count === 2))
})

test('a frame that is not there is none', (t) => {
  t.deepEqual(
    mergedOf([data(['a'], [stack({ user: [0, 5], kernel: [5] })])]).stacks.map(({ user, kernel }) => [user, kernel]),
    [[[0, -1], [-1]]],
  )
  t.deepEqual(mergedOf([]), { mode: 'offcpu', frames: [], stacks: [], thresholdNs: 0 })
})

test('beyond so many they are others, with those that were others already', (t) => {
  const many = [1, 2, 3, 4].map((pid) => stack({ pid, ns: pid * 10 }))
  const { stacks, others } = mergedOf([data(['a', 'b'], many, { ns: 1, count: 2 }), data(['a', 'b'], many)], 2)
  t.deepEqual(
    stacks.map(({ pid, count }) => [pid, count]),
    [
      [1, 2],
      [2, 2],
    ],
  )
  t.deepEqual(others, { ns: 141, count: 6 })
})
