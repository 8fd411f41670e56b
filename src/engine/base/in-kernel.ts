// What a probe has in the kernel, whether it describes itself or not: its hooks, and what only the engine asks of them.
import type { HookSpec } from '../../stream/spec.ts'

export interface InKernel {
  id: string
  hooks: readonly HookSpec[]
  options: readonly string[]
  /** Absent: what it costs follows no hook's runs. */
  events?: Events
}

/** The hook whose runs make what a probe costs, one as much as the other. Not every hook is such: one may leave at once as
 * long as nothing is the matter. */
interface Events {
  hook: string
  /** Totals of its samples, and columns of their tables, that tell how often it ran. Absent: another probe has to. */
  counted?: readonly string[]
}
