// Gives an area its mutated inputs, one after the other, and watches what they do: whether anything is thrown, for how
// long others would not have had their turn, and how much memory is taken.
import { setImmediate, setTimeout as after } from 'node:timers/promises'
import type { Area } from './area.ts'
import { ownTime } from './own-time.ts'
import { mutated } from './mutate.ts'
import type { Material } from './mutate.ts'
import { randomOf } from './random.ts'

export interface Fault {
  round: number
  what: string
  input: Buffer
}

export interface Report {
  area: string
  rounds: number
  seconds: number
  longestBlockMs: number
  /** Of the process, at most; and how much that is more than when it began. */
  peakBytes: number
  grownBytes: number
  /** No more than MOST_FAULTS. */
  faults: Fault[]
}

interface RunOptions {
  seed: number
  rounds: number
  /** Of these rounds the first; to see one again. */
  first?: number
  onRound?(round: number): void
}

export const LONGEST_BLOCK_MS = 250
const MOST_GROWN_BYTES = 256 << 20
/** An input that is not taken in by then is none of the slow ones. */
const LONGEST_MS = 20_000
const MOST_FAULTS = 10
const REMEASURED = 3
const MEMORY_EVERY = 64
const COLLECTIONS = 5
const GIVE_BACK_MS = 100

export const materialOf = async (area: Area): Promise<Material> => {
  const seeds = await area.seeds()
  const parts = await Promise.all(seeds.map(async (seed) => (area.parts ? area.parts(seed) : [])))
  return { seeds, words: area.words ?? [], parts }
}

export const inputOf = (area: Area, material: Material, seed: number, round: number): Buffer =>
  mutated(material, randomOf(seed, area.name, round))

export const runArea = async (area: Area, { seed, rounds, first = 0, onRound }: RunOptions): Promise<Report> => {
  const material = await materialOf(area)
  const startedMs = performance.now()
  const startBytes = process.memoryUsage.rss()
  const faults: Fault[] = []
  let [longestBlockMs, peakBytes] = [0, startBytes]
  // what nobody awaited
  let stray: unknown
  const onStray = (error: unknown): void => void (stray ??= error ?? new Error('rejected'))
  process.on('uncaughtException', onStray).on('unhandledRejection', onStray)

  for (const one of material.seeds) await area.take(one)
  for (let round = first; round < first + rounds && faults.length < MOST_FAULTS; round++) {
    const input = inputOf(area, material, seed, round)
    const fault = (what: string): void => void faults.push({ round, what, input })
    try {
      const blockMs = await blockOf(() => area.take(input))
      longestBlockMs = Math.max(longestBlockMs, blockMs)
      if (blockMs > LONGEST_BLOCK_MS) fault(`blocks for ${Math.round(blockMs)} ms`)
    } catch (error) {
      fault(textOf(error))
    }
    if (stray !== undefined) fault(`beside: ${textOf(stray)}`)
    stray = undefined
    if (round % MEMORY_EVERY === 0) {
      peakBytes = Math.max(peakBytes, await keptBytes(startBytes + MOST_GROWN_BYTES))
      if (peakBytes - startBytes > MOST_GROWN_BYTES) {
        fault(`takes ${Math.round((peakBytes - startBytes) / 2 ** 20)} MB, with those before it`)
        break
      }
      onRound?.(round)
      await setImmediate()
    }
  }
  process.off('uncaughtException', onStray).off('unhandledRejection', onStray)
  return {
    area: area.name,
    rounds,
    seconds: (performance.now() - startedMs) / 1000,
    longestBlockMs,
    peakBytes,
    grownBytes: peakBytes - startBytes,
    faults,
  }
}

/** Of the process. Garbage that was not yet collected, or whose pages were not yet given back, is no growth. */
const keptBytes = async (most: number): Promise<number> => {
  for (let i = 0; i < COLLECTIONS && process.memoryUsage.rss() > most; i++) {
    globalThis.gc?.()
    await after(GIVE_BACK_MS)
  }
  return process.memoryUsage.rss()
}

/** The longest time in which nobody else has a turn, less what this thread waited for a CPU meanwhile, which is the other
 * work of a busy machine. That makes it longer in other ways, too (caches, garbage collection beside), so the shortest of
 * several counts where it is too long. */
const blockOf = async (take: () => void | Promise<void>): Promise<number> => {
  let least = Infinity
  for (let i = 0; i < REMEASURED && least > LONGEST_BLOCK_MS; i++) least = Math.min(least, await measured(take))
  return least
}

const measured = async (take: () => void | Promise<void>): Promise<number> => {
  let longestMs = 0
  let sinceMs = ownTime()
  let over = false
  const turn = (): void => {
    const nowMs = ownTime()
    longestMs = Math.max(longestMs, nowMs - sinceMs)
    sinceMs = nowMs
  }
  const taking = take()
  turn()
  if (!(taking instanceof Promise)) return longestMs
  const watching = async (): Promise<void> => {
    while (!over) {
      await setImmediate()
      turn()
    }
  }
  const watched = watching()
  const late = new AbortController()
  try {
    await Promise.race([
      taking,
      after(LONGEST_MS, undefined, { signal: late.signal }).then(() => {
        throw new Error(`not over after ${LONGEST_MS / 1000} s`)
      }),
    ])
  } finally {
    over = true
    late.abort()
    await watched
  }
  return longestMs
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
