// What is at a place of one file: the function there, and those that were inlined into it. Read beside the engine's own
// work, from the file itself or from where its names were moved to.
import type { Bytes } from './bytes.ts'
import { openInlined } from './dwarf/inlined.ts'
import type { Inlined } from './dwarf/inlined.ts'
import { openElf, SECTION } from './elf.ts'
import type { Elf } from './elf.ts'
import { readFunctions } from './functions.ts'
import type { Functions } from './functions.ts'
import { readGoFunctions } from './go-functions.ts'
import { readable } from './names.ts'

export interface CodeFile {
  /** What is at an offset; `pending`: the file is still being read. */
  at(offset: number): Place | 'pending'
  /** Resolves when nothing is read any more. What was found stays. */
  stop(): Promise<void>
}

export interface Place {
  /** Of the function; undefined: none is known. */
  name: string | undefined
  /** Functions that were inlined into it there, innermost first. At first it may seem that there are none. */
  inlined: readonly string[]
}

export interface Surroundings {
  /** Of a file that lacks something. */
  debugFile(elf: Elf): Promise<Elf | undefined>
  /** Told when nothing inlined is looked up, and why. */
  onLeftOut(why: string): void
}

const MOST_PLACES = 50_000
const DEBUG = '.debug_info'
const NOTHING: Place = { name: undefined, inlined: [] }

export const readCodeFile = (bytes: Bytes, { debugFile, onLeftOut }: Surroundings): CodeFile => {
  const places = new Map<number, Place>()
  let addressOf: Elf['addressOf'] = () => undefined
  let functions: Functions | undefined
  let inlined: Inlined | undefined
  let done = false
  let stopped = false

  const readAll = async (): Promise<void> => {
    const elf = await openElf(bytes)
    if (!elf) return
    addressOf = elf.addressOf
    const isWhole = elf.section(SECTION.symbols) && elf.section(DEBUG)
    const debug = isWhole ? undefined : await debugFile(elf)
    const named = [elf, debug].find((one) => one?.section(SECTION.symbols))
    functions = named ? await readFunctions(named) : ((await readGoFunctions(elf)) ?? (await readFunctions(elf)))
    const informed = [elf, debug].find((one) => one?.section(DEBUG))
    if (informed) inlined = openInlined(informed, onLeftOut)
  }
  const reading = readAll()
    .catch(() => undefined)
    .finally(() => (done = true))

  return {
    at(offset) {
      if (!done) return 'pending'
      const known = places.get(offset)
      if (known || stopped) return known ?? NOTHING
      const address = addressOf(offset)
      if (address === undefined) return NOTHING
      const name = functions?.name(address)
      const inside = inlined ? inlined.at(address) : []
      const place = { name: name ? readable(name) : undefined, inlined: inside?.map(readable) ?? [] }
      if (places.size >= MOST_PLACES) places.clear()
      if (inside) places.set(offset, place)
      return place
    },
    async stop() {
      stopped = true
      await reading
      await inlined?.stop()
    },
  }
}
