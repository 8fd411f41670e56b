// From where on a value draws the attention.
import type { Thresholds } from '../stream/spec.ts'
import type { Cell } from './panel-types.ts'

export const roleOf = (value: Cell, thresholds: Thresholds | undefined): 'warn' | 'bad' | undefined => {
  if (!thresholds || typeof value !== 'number') return undefined
  if (thresholds.bad !== undefined && value >= thresholds.bad) return 'bad'
  return thresholds.warn !== undefined && value >= thresholds.warn ? 'warn' : undefined
}
