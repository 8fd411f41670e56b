// What probes are called.

/** The probes whose samples have types of their own, in the order of their panels. `stacks` has no panel: it runs while
 * a view of stacks is open. All others describe themselves (spec.ts). */
export const PROBES = ['stacks'] as const
export type OwnProbeId = (typeof PROBES)[number]
/** Probes that describe themselves and have panels of ours. */
type KnownId = 'sched' | 'block' | 'syscalls' | 'tcp' | 'execsnoop' | 'processes'
/** Name of a probe that describes itself; the type is made up so that the compiler can tell it from those above. */
export type DescribedId = KnownId | `${string} described`
export type ProbeId = OwnProbeId | DescribedId

/** The one that says in what threads wait: what others say of a process's time is told apart by it, where there is one. */
export const WAITS = 'waits' as DescribedId

export const isOwnProbe = (id: string): id is OwnProbeId => (PROBES as readonly string[]).includes(id)
