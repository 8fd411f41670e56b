// What a probe has in the kernel, whether it describes itself or not: its hooks, its compiled objects, and what only the engine
// asks of them.
import type { OptionSpec } from '../../stream/probe-options.ts'
import type { HookSpec } from '../../stream/spec.ts'

export interface InKernel {
  id: string
  hooks: readonly HookSpec[]
  options: readonly OptionSpec[]
  /** Absent: what it costs follows no hook's runs. */
  events?: Events
  /** Compiled objects beside its own, which is called as it is. */
  objects?: Objects
}

/** The hook whose runs make what a probe costs, one as much as the other. Not every hook is such: one may leave at once as
 * long as nothing is the matter. */
interface Events {
  hook: string
  /** Totals of its samples, and columns of their tables, that tell how often it ran. Absent: another probe has to. */
  counted?: readonly string[]
}

interface Objects {
  /** Loaded as well, or where the kernel refuses its own. */
  beside?: readonly string[]
  /** In its place where that costs too much, or may not be. */
  cheaper?: readonly string[]
}

/** Names of all its objects. */
export const objectsOf = ({ id, objects }: InKernel): readonly string[] => [
  id,
  ...(objects?.beside ?? []),
  ...(objects?.cheaper ?? []),
]
