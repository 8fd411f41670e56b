// The rows of one file: found when they are asked for, and kept. Reading may take its time, but not for ever, as it may in
// files made to do harm.
import type { Elf } from '../elf.ts'
import { openFrameTable } from './frame-table.ts'
import type { FrameTable } from './frame-table.ts'
import { MACHINE, MACHINES } from './machine.ts'
import { rowAt } from './row.ts'
import type { Row } from './row.ts'

export interface Rows {
  /** Undefined: the file says nothing of it, or nothing that can be understood. */
  at(address: number): Row | undefined
}

const MOST = 20_000
/** For one file, as long as it is open. */
const BUDGET_MS = 10_000

export const openRows = (elf: Elf, budgetMs = BUDGET_MS): Rows => {
  const known = new Map<number, Row | undefined>()
  const table: FrameTable | undefined = MACHINES[elf.machine] === MACHINE ? openFrameTable(elf) : undefined
  let leftMs = budgetMs

  const find = (address: number): Row | undefined => {
    try {
      const entry = table!.find(address)
      return entry && rowAt(entry, address)
    } catch {
      return undefined
    }
  }

  return {
    at(address) {
      if (!table) return undefined
      if (known.has(address)) return known.get(address)
      if (leftMs <= 0) return undefined
      const beforeMs = performance.now()
      const row = find(address)
      leftMs -= performance.now() - beforeMs
      if (known.size >= MOST) known.clear()
      known.set(address, row)
      return row
    },
  }
}
