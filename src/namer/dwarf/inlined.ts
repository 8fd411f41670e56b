// Which functions were inlined at the addresses that were seen in one file, looked up beside the engine's own work. The
// units and functions that were read stay, what they were read from is let go when nobody asks for a while.
import type { Elf } from '../base/elf.ts'
import { AT_ONCE } from '../base/jobs.ts'
import type { Jobs } from '../base/jobs.ts'
import { readAbbreviations } from './debug-entries.ts'
import type { Abbreviations } from './debug-entries.ts'
import { inlinedAt, NO_FUNCTIONS, readUnitFunctions } from './functions.ts'
import type { UnitFunctions } from './functions.ts'
import { nameAt } from './entry-name.ts'
import { pauses } from './pause.ts'
import type { Pause } from './pause.ts'
import { leftOut, openSections } from './debug-sections.ts'
import type { DebugSections } from './debug-sections.ts'
import { readUnits } from './units.ts'
import type { Unit } from './address-ranges.ts'
import type { Units } from './units.ts'

export interface Inlined {
  /** As the file has them, innermost first; undefined while they are looked up. */
  at(address: number): readonly string[] | undefined
  /** Lets go of what is only kept so that the next look is quick. */
  rest(): void
  /** Resolves when nothing is read any more. */
  stop(): Promise<void>
}

interface InlinedOptions {
  /** Told once when nothing is looked up in this file, and why. */
  onLeftOut(why: string): void
  budgetMs?: number
  jobs?: Jobs
  /** What it is called there, and how large it is. */
  what?: string
  size?: number
}

const NOBODY_KNOWS = '[unknown]'
const IDLE_MS = 5000
/** Of work for one file. */
const BUDGET_MS = 10_000
const MOST_KNOWN = 50_000
const MOST_WAITING = 10_000
/** Of all units whose functions were read, and of all tables of abbreviations. */
const MOST_FUNCTIONS = 500_000
const MOST_ABBREVIATIONS = 100_000

export const openInlined = (elf: Elf, options: InlinedOptions): Inlined => {
  const { onLeftOut, budgetMs = BUDGET_MS, jobs = AT_ONCE, what = '', size = 0 } = options
  const known = new Map<number, readonly string[]>()
  const waiting = new Set<number>()
  const functions = new Map<Unit, UnitFunctions>()
  const names = new Map<number, string>()
  const tables = new Map<string, Abbreviations>()
  let [functionCount, abbreviationCount] = [0, 0]
  const budget = { leftMs: budgetMs }
  let units: Units | undefined
  let sections: DebugSections | undefined
  let idle: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  let left = false
  let stopped = false

  const tableOf = async (unit: Unit): Promise<Abbreviations> => {
    const key = `${unit.abbreviations} ${unit.offsetBytes} ${unit.addressBytes}`
    const known = tables.get(key)
    if (known) return known
    const table = await readAbbreviations(sections!.abbreviations, unit.abbreviations, unit)
    abbreviationCount += table.size
    if (abbreviationCount > MOST_ABBREVIATIONS) {
      tables.clear()
      abbreviationCount = table.size
    }
    tables.set(key, table)
    return table
  }

  const nameOf = async (place: number): Promise<string> => {
    const name = names.get(place) ?? (await nameAt(sections!, units!, tableOf, place)) ?? NOBODY_KNOWS
    if (names.size >= MOST_KNOWN) names.clear()
    names.set(place, name)
    return name
  }

  const functionsOf = async (unit: Unit, table: Abbreviations, pause: Pause): Promise<UnitFunctions> => {
    const found = await readUnitFunctions(sections!, unit, table, pause).catch((): UnitFunctions => NO_FUNCTIONS)
    functionCount += found.count
    if (functionCount > MOST_FUNCTIONS) {
      functions.clear()
      functionCount = found.count
    }
    functions.set(unit, found)
    return found
  }

  const lookUp = async (address: number, pause: Pause): Promise<string[]> => {
    for (const unit of units!.of(address)) {
      const table = await tableOf(unit)
      const inUnit = functions.get(unit) ?? (await functionsOf(unit, table, pause))
      const place = inUnit.at(address)
      if (!place) continue
      const chain: string[] = []
      for (const origin of await inlinedAt(sections!, unit, table, place, address, pause))
        chain.unshift(await nameOf(origin))
      return chain
    }
    return []
  }

  const rest = (): void => {
    if (working) return
    sections = undefined
    tables.clear()
    abbreviationCount = 0
  }

  const leave = (why: string): void => {
    left = true
    waiting.clear()
    sections = undefined
    if (!stopped) onLeftOut(why)
  }

  const work = async (): Promise<void> => {
    clearTimeout(idle)
    const pause = pauses(budget)
    if (!units) {
      const why = await leftOut(elf)
      if (why !== undefined) return leave(why)
    }
    sections ??= openSections(elf)
    units ??= await readUnits(sections, pause)
    for (const address of waiting) {
      if (stopped) break
      const found = await lookUp(address, pause).catch(() => [])
      if (known.size >= MOST_KNOWN) known.clear()
      known.set(address, found)
      waiting.delete(address)
      await pause()
    }
    idle = setTimeout(rest, IDLE_MS).unref()
  }

  const begin = (): void => {
    // together, those of one round
    working ??= new Promise((resolve) => setImmediate(resolve))
      .then(() => jobs.run(what, work, size))
      .catch((error: Error) => {
        leave(`debug information that cannot be read (${error.message})`)
      })
      .finally(() => {
        working = undefined
        if (waiting.size > 0 && !left && !stopped) begin()
      })
  }

  return {
    at(address) {
      const found = known.get(address)
      if (found || left || stopped) return found ?? []
      if (waiting.size < MOST_WAITING) waiting.add(address)
      begin()
      return undefined
    },
    rest,
    async stop() {
      stopped = true
      budget.leftMs = -Infinity // whatever is under way ends at its next pause
      await working
      clearTimeout(idle)
      sections = undefined
    },
  }
}
