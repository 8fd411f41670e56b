// A tree of stacks of several intervals, as the page of stacks makes it one by one.
import { addStacks, createTree, type StackQuery, type StackTree } from '../../src/model/stacks.ts'
import type { StacksData } from '../../src/stream/stack-types.ts'

export const mergeStacks = (samples: readonly StacksData[], query: StackQuery): StackTree => {
  const tree = createTree(query)
  for (const data of samples) addStacks(tree, data)
  return tree
}
