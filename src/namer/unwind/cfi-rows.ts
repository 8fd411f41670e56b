// The rows of one file: found when they are asked for, and kept. Reading may take its time, but not for ever, as it may in
// files made to do harm.
import type { Elf } from '../base/elf.ts'
import { openFrameTable } from './frame-table.ts'
import type { FrameTable } from './frame-table.ts'
import { MACHINE, MACHINES } from './register-names.ts'
import { rowAt } from './row.ts'
import type { Row } from './row.ts'

export interface Rows {
  /** Undefined: the file says nothing of it, or nothing that can be understood. */
  at(address: number): Row | undefined
  /** Where the function begins that is there, as far as the file says. */
  startOf(address: number): number | undefined
}

const MOST = 20_000
/** For one file, as long as it is open. */
const BUDGET_MS = 10_000

export const openRows = (elf: Elf, budgetMs = BUDGET_MS): Rows => {
  const known = new Map<number, Row | undefined>()
  const table: FrameTable | undefined = MACHINES[elf.machine] === MACHINE ? openFrameTable(elf) : undefined
  let leftMs = budgetMs

  /** Undefined where it cannot be understood, or all of the time is spent. */
  const within = <T>(work: (table: FrameTable) => T | undefined): T | undefined => {
    if (!table || leftMs <= 0) return undefined
    const beforeMs = performance.now()
    try {
      return work(table)
    } catch {
      return undefined
    } finally {
      leftMs -= performance.now() - beforeMs
    }
  }

  return {
    at(address) {
      if (known.has(address)) return known.get(address)
      const row = within((one) => {
        const entry = one.find(address)
        return entry && rowAt(entry, address)
      })
      if (known.size >= MOST) known.clear()
      known.set(address, row)
      return row
    },
    startOf: (address) => within((one) => one.find(address)?.start),
  }
}
