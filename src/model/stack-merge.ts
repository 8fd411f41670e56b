// Several intervals of stacks as one: equal stacks added up, every frame listed once. Most intervals repeat the stacks
// of those before, so that whatever is asked of them next has little to go through. Bounded: what is too much is others.
import type { Stack, StackRefs, StacksData } from '../stream/stack-types.ts'
import { keyOf } from './stack-paths.ts'

export interface MergedStacks {
  data: StacksData
  /** Where each frame and stack is in `data`. */
  frames: Map<string, number>
  stacks: Map<string, Stack>
}

const MOST_STACKS = 20_000

export const createMerged = (): MergedStacks => ({
  data: { mode: 'offcpu', frames: [], stacks: [], thresholdNs: 0 },
  frames: new Map(),
  stacks: new Map(),
})

export const addMerged = (merged: MergedStacks, { frames, stacks, others }: StacksData, most = MOST_STACKS): void => {
  const indexes = frames.map((frame) => {
    const key = keyOf(frame)
    const known = merged.frames.get(key)
    if (known !== undefined) return known
    merged.frames.set(key, merged.data.frames.length)
    return merged.data.frames.push(frame) - 1
  })
  const placed = <T extends StackRefs>(refs: T): T => ({
    ...refs,
    user: refs.user.map((index) => indexes[index] ?? -1),
    kernel: refs.kernel.map((index) => indexes[index] ?? -1),
  })
  for (const each of stacks) {
    const stack: Stack = { ...placed(each), ...(each.waker ? { waker: placed(each.waker) } : {}) }
    const key = stackKey(stack)
    const known = merged.stacks.get(key)
    if (known) add(known, stack)
    else if (merged.stacks.size < most) {
      merged.stacks.set(key, stack)
      merged.data.stacks.push(stack)
    } else addOthers(merged.data, stack)
  }
  if (others) addOthers(merged.data, others)
}

const stackKey = (stack: Stack): string =>
  `${stack.pid} ${stack.state} ${refsKey(stack)} ${stack.waker ? `${stack.waker.pid} ${refsKey(stack.waker)} ${stack.waker.comm}` : ''}\0${stack.comm}`

const refsKey = ({ user, kernel, cut }: StackRefs): string => `${user.join()}/${kernel.join()}/${cut}`

const add = (to: Stack, { ns, count, maxNs }: Stack): void => {
  to.ns += ns
  to.count += count
  if (maxNs !== undefined) to.maxNs = Math.max(to.maxNs ?? 0, maxNs)
}

const addOthers = (data: StacksData, { ns, count }: { ns: number; count: number }): void => {
  data.others = { ns: (data.others?.ns ?? 0) + ns, count: (data.others?.count ?? 0) + count }
}
