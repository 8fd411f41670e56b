// Runs one area, or says why it cannot be run here.
import { bpfReason, missingCommand } from '../helpers/rights.ts'
import type { Area, Check, Scale } from './check.ts'

export const reasonNot = (area: Area): string | undefined =>
  (area.bpf ? bpfReason() : undefined) ?? missingCommand(area.needs)

export const runArea = async (area: Area, scale: Scale): Promise<Check[]> => {
  const reason = reasonNot(area)
  const findings = reason === undefined ? await area.checks(scale) : [{ figure: 'all', skipped: reason }]
  return findings.map((finding) => ({ area: area.name, ...finding }))
}
