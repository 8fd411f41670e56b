// What is at a place of one file: the function there, and those that were inlined into it. Read from the file itself or
// from where its names were moved to.
import type { Bytes } from './base/bytes.ts'
import { openInlined } from './dwarf/inlined.ts'
import type { Inlined } from './dwarf/inlined.ts'
import { openElf, SECTION } from './base/elf.ts'
import type { Elf } from './base/elf.ts'
import { readFunctions } from './functions.ts'
import type { Functions } from './functions.ts'
import { readGoFunctions } from './go-functions.ts'
import { isInterpreting, readInterpreter } from './interpreter.ts'
import type { Interpreter } from './base/interpreter-parts.ts'
import { AT_ONCE } from './base/jobs.ts'
import type { Jobs } from './base/jobs.ts'
import { asInFile, readable } from './function-names.ts'
import type { Row } from './unwind/row.ts'
import { openRows } from './unwind/cfi-rows.ts'
import type { Rows } from './unwind/cfi-rows.ts'

export interface CodeFile {
  /** What is at an offset; `pending`: something is still being read. */
  at(offset: number): Place | 'pending'
  /** How to get from there to the caller; undefined: nothing is said of it. */
  row(offset: number): Row | 'pending' | undefined
  /** The interpreter whose functions the one there stands for; `address`: where that is in the process. */
  interpreter(offset: number, address: number): Interpreter | undefined
  /** Memory that its tables take. */
  bytes(): number
  /** Lets go of what is only kept so that the next look is quick. */
  rest(): void
  /** Resolves when nothing is read any more. What was found stays. */
  stop(): Promise<void>
}

export interface Place {
  /** Of the function; undefined: none is known. */
  name: string | undefined
  /** Where one begins that has no name, as an address in the file. */
  start?: number
  /** Functions that were inlined into it there, innermost first. */
  inlined: readonly string[]
  /** What was inlined is still being looked up. */
  more?: boolean
}

interface Surroundings {
  /** Of a file that lacks something. */
  debugFile(elf: Elf): Promise<Elf | undefined>
  /** Told when nothing inlined is looked up, or nothing at all, and why. */
  onLeftOut(why: string): void
  jobs?: Jobs
  /** What the file is called there, and how large it is. */
  what?: string
  size?: number
  /** Names as they are in the file, but for those of Rust. */
  plain?: boolean
}

const MOST_PLACES = 50_000
const DEBUG = '.debug_info'
const NOTHING: Place = { name: undefined, inlined: [] }

/** Of files that share their debug file. */
const functionsByFile = new WeakMap<Elf, Promise<Functions | undefined>>()

const functionsOf = (elf: Elf): Promise<Functions | undefined> => {
  const known = functionsByFile.get(elf)
  if (known) return known
  const reading = readFunctions(elf)
  functionsByFile.set(elf, reading)
  return reading
}

export const readCodeFile = (bytes: Bytes, surroundings: Surroundings): CodeFile => {
  const { debugFile, onLeftOut, jobs = AT_ONCE, what = '', size = 0, plain = false } = surroundings
  const shown = plain ? asInFile : readable
  const places = new Map<number, Place>()
  let addressOf: Elf['addressOf'] = () => undefined
  let functions: Functions | undefined
  let inlined: Inlined | undefined
  let rows: Rows | undefined
  let interpreter: Interpreter | undefined
  let done = false
  let stopped = false

  const readAll = async (): Promise<void> => {
    const elf = await openElf(bytes)
    if (!elf) return
    addressOf = elf.addressOf
    rows = openRows(elf)
    interpreter = readInterpreter(elf)
    const isWhole = elf.section(SECTION.symbols) && elf.section(DEBUG)
    const debug = isWhole ? undefined : await debugFile(elf)
    const named = [elf, debug].find((one) => one?.section(SECTION.symbols))
    functions = named ? await functionsOf(named) : ((await readGoFunctions(elf)) ?? (await functionsOf(elf)))
    const informed = [elf, debug].find((one) => one?.section(DEBUG))
    if (informed && !stopped) inlined = openInlined(informed, { onLeftOut, jobs, what, size })
  }
  const reading = jobs
    .run(what, readAll, size)
    .catch(() => undefined)
    .finally(() => (done = true))

  return {
    at(offset) {
      if (!done) return 'pending'
      const known = places.get(offset)
      if (known || stopped) return known ?? NOTHING
      const address = addressOf(offset)
      if (address === undefined) return NOTHING
      const inside = inlined ? inlined.at(address) : []
      const name = functions?.name(address)
      const start = name ? undefined : rows?.startOf(address)
      const found = { name: name ? shown(name) : undefined, ...(start !== undefined && { start }) }
      if (!inside) return { ...found, inlined: [], more: true }
      const place = { ...found, inlined: inside.map(shown) }
      if (places.size >= MOST_PLACES) places.clear()
      places.set(offset, place)
      return place
    },
    row(offset) {
      if (!done) return 'pending'
      const address = stopped ? undefined : addressOf(offset)
      return address === undefined ? undefined : rows?.at(address)
    },
    interpreter(offset, address) {
      const own = interpreter && addressOf(offset)
      if (own === undefined || !isInterpreting(functions?.name(own))) return undefined
      return { ...interpreter!, states: interpreter!.states - own + address }
    },
    bytes: () => functions?.bytes ?? 0,
    rest: () => inlined?.rest(),
    async stop() {
      stopped = true
      await reading
      await inlined?.stop()
    },
  }
}
