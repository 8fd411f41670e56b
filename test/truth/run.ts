// Runs one area, or says why it cannot be run here; what is out is measured again.
import { bpfReason, missingCommand } from '../helpers/rights.ts'
import { isOut, type Area, type Check, type Scale } from './check.ts'
import { table } from './table.ts'

const ATTEMPTS = 3

export const reasonNot = (area: Area): string | undefined =>
  (area.bpf ? bpfReason() : undefined) ?? missingCommand(area.needs)

const runArea = async (area: Area, scale: Scale): Promise<Check[]> => {
  const reason = reasonNot(area)
  const findings = reason === undefined ? await area.checks(scale) : [{ figure: 'all', skipped: reason }]
  return findings.map((finding) => ({ area: area.name, ...finding }))
}

/** What is out is measured again: some machines keep a thread of theirs from being traced, and what happens on a CPU while it
 * runs is told to no program. Said on stderr. */
export const measured = async (area: Area, scale: Scale): Promise<Check[]> => {
  for (let left = ATTEMPTS; ; left--) {
    const checks = await runArea(area, scale)
    if (left === 1 || !checks.some(isOut)) return checks
    process.stderr.write(`measured again:\n${table(checks.filter(isOut))}\n`)
  }
}
