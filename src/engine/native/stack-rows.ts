// What samples of stacks are put together from: stacks that are alike as one, threads at an instant as time, frames once.
// No system calls here.
import type { Stack, StackFrame, ThreadStack } from '../../stream/stack-types.ts'
import { STACK_LETTERS } from './states.ts'
import type { States } from './states.ts'

/** Of threads at an instant those off the CPU, each with the time that the instant stands for. */
export const blockedAt = (threads: readonly ThreadStack[], ns: number): Stack[] =>
  threads
    .filter(({ state }) => state !== STACK_LETTERS.running)
    .map(({ pid, comm, state, user, kernel, cut }) => ({
      pid,
      comm,
      state,
      ns: Math.round(ns),
      count: 1,
      user,
      kernel,
      ...(cut && { cut }),
    }))

/** In which states a thread is in its call: the others are no wait for what that does. */
export const callsIn =
  ({ running, sleep, disk }: States) =>
  (state: number): boolean =>
    state === running || state === sleep || state === disk

/** Different addresses in the same functions are one stack. */
export const merged = (stacks: readonly Stack[]): Stack[] => {
  const byKey = new Map<string, Stack>()
  for (const stack of stacks) {
    const { pid, comm, state, user, kernel, cut, waker } = stack
    const key = JSON.stringify([pid, comm, state, user, kernel, cut, waker])
    const known = byKey.get(key)
    if (known) {
      known.ns += stack.ns
      known.count += stack.count
      if (stack.maxNs !== undefined) known.maxNs = Math.max(known.maxNs ?? 0, stack.maxNs)
    } else {
      byKey.set(key, stack)
    }
  }
  return [...byKey.values()]
}

/** The frames of one sample, each once. */
export const frameTable = () => {
  let list: StackFrame[] = []
  const indexes = new Map<string, number>()
  return {
    get list() {
      return list
    },
    at: (index: number): StackFrame => list[index]!,
    index(frame: StackFrame): number {
      const key = `${frame.kind} ${frame.module} ${frame.name}`
      const known = indexes.get(key)
      if (known !== undefined) return known
      indexes.set(key, list.length)
      return list.push(frame) - 1
    },
    clear(): void {
      list = []
      indexes.clear()
    },
  }
}
