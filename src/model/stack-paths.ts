// One stack as a path of frames, root first: what it belongs to, user frames from the outermost, kernel frames, and on
// demand who woke it, turned over above a separator as off-wake graphs do. What is missing is a frame of its own.
import type { FrameKind, Stack, StackRefs, StackState } from '../stream/stack-types.ts'

/** `group`: a process, thread or state; `separator`: between a stack and its waker's; `others`: had no room. */
export type NodeKind = FrameKind | 'group' | 'separator' | 'others'

export interface PathFrame {
  name: string
  kind: NodeKind
  module?: string
}

/** What makes two frames the same. */
export const keyOf = ({ kind, name, module }: PathFrame): string => `${kind}\0${module ?? ''}\0${name}`

export const GROUPINGS = ['process', 'thread', 'state'] as const
export type Grouping = (typeof GROUPINGS)[number]

export interface PathOptions {
  by: Grouping
  wakers: boolean
  inverted: boolean
  /** The process's name; a stack only knows its thread's. */
  nameOf?(pid: number): string | undefined
}

const SEPARATOR: PathFrame = { name: '--', kind: 'separator' }
export const OTHERS: PathFrame = { name: '[others]', kind: 'others' }

export const STATE_WORDS: Readonly<Record<StackState, string>> = {
  R: 'preempted',
  Q: 'throttled',
  S: 'sleeping',
  D: 'uninterruptible',
  T: 'stopped',
  t: 'traced',
  F: 'frozen',
  cpu: 'on CPU',
}

const stateName = (state: StackState): string =>
  state === 'cpu' ? STATE_WORDS[state] : `${state} ${STATE_WORDS[state]}`

/** What of a stack its path is made of. */
type OnPath = Pick<Stack, keyof StackRefs | 'pid' | 'comm' | 'state' | 'waker'>

export const pathOf = (stack: OnPath, frames: readonly PathFrame[], options: PathOptions): PathFrame[] => {
  const name = options.nameOf?.(stack.pid) ?? stack.comm
  // nobody's: of a table that does not say whose its stacks are
  const process: PathFrame[] = name === '' ? [] : [{ name, kind: 'group' }]
  const inner: PathFrame[] =
    options.by === 'thread'
      ? [{ name: stack.comm, kind: 'group' }]
      : options.by === 'state'
        ? [{ name: stateName(stack.state), kind: 'group' }]
        : []
  const own = framesOf(stack, frames)
  const waker = options.wakers && stack.waker ? wakerOf(stack.waker, frames) : []
  const path = [...process, ...inner, ...own, ...waker]
  return options.inverted ? path.reverse() : path
}

/** Root first. A frame that is named twice in a row is told apart by where it stands: recursion stays visible. */
export const framesOf = (refs: StackRefs, frames: readonly PathFrame[]): PathFrame[] => [
  ...(refs.cut ? [{ name: `[${refs.cut}]`, kind: 'unknown' as const }] : []),
  ...named(refs.user, frames).reverse(),
  ...named(refs.kernel, frames).reverse(),
]

const wakerOf = (waker: NonNullable<Stack['waker']>, frames: readonly PathFrame[]): PathFrame[] => [
  SEPARATOR,
  ...framesOf(waker, frames).reverse(),
  { name: waker.comm, kind: 'group' },
]

const named = (indexes: readonly number[], frames: readonly PathFrame[]): PathFrame[] =>
  indexes.map((index) => frames[index] ?? { name: '[unknown]', kind: 'unknown' })
