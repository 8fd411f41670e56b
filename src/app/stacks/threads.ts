// Mode `now`: the threads of the selection where they are at the end of the interval. Uninterruptible and throttled ones come first,
// the kernel's own last (most of them always wait), and within these the longest there first.
import { framesOf, type PathFrame } from '../../model/stack-paths.ts'
import { matcherOf } from '../../model/stack-search.ts'
import type { ThreadStack } from '../../stream/stack-types.ts'
import type { StackFacts } from './stack-facts.ts'

export interface ThreadRow {
  thread: ThreadStack
  /** Innermost first, as /proc/PID/stack shows it. */
  frames: PathFrame[]
  matched: boolean
}

export const threadRows = ({ samples, page }: StackFacts, search: string): ThreadRow[] => {
  const data = samples.at(-1)?.data
  if (!data?.threads) return []
  const matches = matcherOf(search)
  return data.threads
    .filter((thread) => page.states === 'all' || thread.state === page.states)
    .sort((a, b) => rank(a) - rank(b) || stayed(b) - stayed(a) || a.tid - b.tid)
    .map((thread) => {
      const frames = framesOf(thread, data.frames).reverse()
      const words: PathFrame[] = [
        { name: thread.comm, kind: 'group' },
        { name: thread.call ?? '', kind: 'group' },
        ...frames,
      ]
      return { thread, frames, matched: matches !== undefined && words.some(matches) }
    })
}

export const selectedThread = (rows: readonly ThreadRow[], { page }: StackFacts): number =>
  Math.max(
    0,
    rows.findIndex(({ thread }) => thread.tid === page.tid),
  )

const rank = ({ state, call, user, cut }: ThreadStack): number =>
  state === 'D' || state === 'Q' ? 0 : call === KERNEL_CALL && user.length === 0 && cut === undefined ? 2 : 1

/** What a thread without a system call is said to be in. */
const KERNEL_CALL = 'kernel'

/** There since before anybody looked: longer than all that were seen to begin. */
const stayed = ({ forNs }: ThreadStack): number => forNs ?? Number.MAX_VALUE

/** Every thread that waits is in the scheduler: who called it says more. */
const SCHEDULER = /^(?:__|io_|preempt_)?schedule/

export const whereOf = (frames: readonly PathFrame[]): PathFrame | undefined =>
  frames.find(({ kind, name }) => kind !== 'kernel' || !SCHEDULER.test(name)) ?? frames[0]
