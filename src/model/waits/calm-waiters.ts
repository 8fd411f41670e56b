// Those that rest and have nobody behind them: most threads of a machine. Nothing of them changes while they sleep on, and no
// other's wait depends on what theirs is: they are counted once, and not looked at in each reading. Pure but for what it keeps.
import type { Link, LinkKind, Waiter } from './wait-types.ts'

/** As others see them. */
export interface QuietOnes {
  /** Those that are wanted, by the two ways to rest: a sign of one's own threads, and all else. */
  events: ReadonlySet<Waiter>
  idle: ReadonlySet<Waiter>
  /** Those that are wanted, by the thing that they wait for. */
  byThing: ReadonlyMap<string, ReadonlySet<Waiter>>
  /** Who became one of them, and who is none any more, since the last reading began. */
  entered: readonly Waiter[]
  left: readonly Waiter[]
}

interface KeptQuiet extends QuietOnes {
  begin(): void
  enter(waiter: Waiter): void
  leave(waiter: Waiter): void
}

/** Kinds of which many wait for one; a disk or a clock is nobody's. */
const NO_THINGS: ReadonlySet<LinkKind> = new Set<LinkKind>(['timer', 'signal', 'events', 'stopped', 'cpu'])

/** What is waited for is something that several may wait for. */
export const isForThing = ({ kind }: Link): boolean => !NO_THINGS.has(kind)

const RESTS: ReadonlySet<string> = new Set(['event', 'timer', 'idle'])

/** It rests whatever others do, and is on no circle. */
export const mayBeQuiet = ({ link }: Waiter): boolean =>
  link !== undefined && RESTS.has(link.class) && link.unasked !== true && (link.open || link.holders.length === 0)

export const openQuiet = (): KeptQuiet => {
  const byThing = new Map<string, Set<Waiter>>()
  const events = new Set<Waiter>()
  const idle = new Set<Waiter>()
  const alike = ({ link }: Waiter): Set<Waiter> => (link!.class === 'event' ? events : idle)
  const quiet = {
    events,
    idle,
    byThing,
    entered: [] as Waiter[],
    left: [] as Waiter[],
    begin() {
      quiet.entered = []
      quiet.left = []
    },
    enter(waiter: Waiter) {
      const { key } = waiter.link!
      alike(waiter).add(waiter)
      quiet.entered.push(waiter)
      if (!isForThing(waiter.link!)) return
      const others = byThing.get(key)
      if (others) others.add(waiter)
      else byThing.set(key, new Set([waiter]))
    },
    leave(waiter: Waiter) {
      const { key } = waiter.link!
      alike(waiter).delete(waiter)
      quiet.left.push(waiter)
      const others = byThing.get(key)
      if (others?.delete(waiter) && others.size === 0) byThing.delete(key)
    },
  }
  return quiet
}
