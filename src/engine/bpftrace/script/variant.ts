// How a script is run where bpftrace does not take it as we would have it: without what we add to it, or what prints one of
// its maps; without its warnings; with shorter strings. Nothing is taken back, so no way is tried twice.
import type { ScriptPlan } from '../../../stream/script.ts'
import { isAdded, type Composed } from './compose.ts'
import { errorIn, missingMap } from './ended.ts'

/** For strings as long as we ask for. */
const NO_ROOM = /BPF stack limit/

export const createVariant = (plan: ScriptPlan) => {
  const without = new Set<string>()
  const now = { bare: false, quiet: false, short: false, without }
  return {
    now: now as Readonly<Composed>,
    beQuiet(): void {
      now.quiet = true
    },
    /** By its last words: true where there is another way that may do. */
    afterEnd(stderr: readonly string[], { isOld, wasAttached }: { isOld: boolean; wasAttached: boolean }): boolean {
      if (!now.short && isOld && stderr.some((line) => NO_ROOM.test(line))) return (now.short = true)
      const located = errorIn(stderr)
      if (now.bare || wasAttached || !located || !isAdded(plan, located.line)) return false
      const missing = missingMap(located)
      if (missing === undefined || without.has(missing)) now.bare = true
      else without.add(missing)
      return true
    },
  }
}
