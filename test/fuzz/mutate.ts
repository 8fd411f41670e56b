// Changes a well-formed input here and there: bits, bytes and numbers that are at the edge, parts left out, moved,
// repeated or taken from another input, words that mean something.
import type { Random } from './random.ts'

/** No input gets longer. */
const MOST_BYTES = 1 << 20
const MOST_CHANGES = 6
const LONGEST_PART = 256
const MOST_REPEATS = 4096
const EDGES = [0, 1, -1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]

type Part = readonly [offset: number, length: number]

export interface Material {
  seeds: readonly Buffer[]
  words: readonly string[]
  /** Of each seed; none: all of it. */
  parts: readonly (readonly Part[])[]
}

type Change = (input: Buffer, random: Random, material: Material, at: number) => Buffer

const replaced = (input: Buffer, at: number, length: number, by: Buffer): Buffer =>
  Buffer.concat([input.subarray(0, at), by, input.subarray(at + length)])

const partOf = (input: Buffer, random: Random): Buffer => {
  const at = random.below(input.length)
  return input.subarray(at, at + 1 + random.below(LONGEST_PART))
}

const number: Change = (input, random, _, at) => {
  const value = random.below(4) === 0 ? random.below(2 ** 32) : random.pick(EDGES)
  const bytes = Buffer.alloc(8, value < 0 ? 0xff : 0)
  bytes.writeUInt32LE(value >>> 0)
  const size = random.pick([1, 2, 4, 8])
  return replaced(input, at, size, bytes.subarray(0, size))
}

const CHANGES: readonly Change[] = [
  (input, random, _, at) => replaced(input, at, 1, Buffer.of((input[at] ?? 0) ^ (1 << random.below(8)))),
  (input, random, _, at) => replaced(input, at, 1, Buffer.of(random.below(256))),
  number,
  number,
  (input, random, _, at) => replaced(input, at, 1 + random.below(LONGEST_PART), Buffer.alloc(0)),
  (input, random, _, at) => replaced(input, at, 0, partOf(input, random)),
  (input, random, _, at) => replaced(input, at, random.below(LONGEST_PART), partOf(input, random)),
  (input, random, { seeds }, at) =>
    replaced(input, at, random.below(2) * LONGEST_PART, partOf(random.pick(seeds), random)),
  (input, random, { words }, at) =>
    words.length === 0 ? input : replaced(input, at, random.below(8), Buffer.from(random.pick(words))),
  (input, random, _, at) => {
    const part = input.subarray(at, at + 1 + random.below(64))
    return replaced(input, at, 0, Buffer.alloc(part.length * random.below(random.pick([4, 64, MOST_REPEATS])), part))
  },
]
/** Seldom, as little is left to find behind it. */
const cut: Change = (input, _, __, at) => input.subarray(0, at)

export const mutated = (material: Material, random: Random): Buffer => {
  const which = random.below(material.seeds.length)
  let input = material.seeds[which]!
  const parts = material.parts[which] ?? []
  for (let left = 1 + random.below(MOST_CHANGES); left > 0; left--) {
    const [offset, length] = parts.length > 0 ? random.pick(parts) : [0, input.length]
    const change = random.below(40) === 0 ? cut : random.pick(CHANGES)
    input = change(input, random, material, Math.min(input.length, offset + random.below(length + 1)))
    if (input.length > MOST_BYTES) input = input.subarray(0, MOST_BYTES)
  }
  return input
}
