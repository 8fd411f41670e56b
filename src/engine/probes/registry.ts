// The probes that describe themselves, one line each. Importing this reads no probe's code, only what each says of itself.
import type { ProbeSpec } from '../../stream/spec.ts'
import type { DescribedEntry } from '../described.ts'
import { KERNEL } from './kernel/spec.ts'
import { MEMORY } from './memory/spec.ts'

export const DESCRIBED: readonly DescribedEntry[] = [
  { spec: MEMORY, load: () => import('./memory/probe.ts') },
  { spec: KERNEL, load: () => import('./kernel/probe.ts') },
]

export const SPECS: readonly ProbeSpec[] = DESCRIBED.map(({ spec }) => spec)
