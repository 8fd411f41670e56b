// The probes that describe themselves, one line each. Importing this reads no probe's code, only what each says of itself.
import type { ProbeSpec } from '../../stream/spec.ts'
import type { DescribedEntry } from '../described.ts'

export const DESCRIBED: readonly DescribedEntry[] = []

export const SPECS: readonly ProbeSpec[] = DESCRIBED.map(({ spec }) => spec)
