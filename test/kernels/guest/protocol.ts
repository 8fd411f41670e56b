// What the two sides of the emulated machine's serial line agree on.

/** The last line that the guest prints; the others are findings, and which part is done. */
export const END = 'end'

/** What it can be asked for, in the order in which it is done. */
export const PARTS = ['sched', 'block', 'tcp', 'syscalls', 'stacks', 'chains', 'described', 'hooks', 'tiers'] as const
export type Part = (typeof PARTS)[number]

export interface Done {
  done: Part
}
