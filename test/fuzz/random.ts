// Random numbers that come again: the same seed and round give the same input, whatever ran before.

export interface Random {
  /** From 0 up to and without `end`. */
  below(end: number): number
  pick<T>(list: readonly T[]): T
}

/** Mulberry32, begun with a hash (FNV-1a) of all that tells the runs apart. */
export const randomOf = (...parts: readonly (string | number)[]): Random => {
  let state = 0x811c9dc5
  for (const character of parts.join(' ')) state = Math.imul(state ^ character.codePointAt(0)!, 0x01000193)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return (value ^ (value >>> 14)) >>> 0
  }
  const below = (end: number): number => Math.floor((next() / 2 ** 32) * end)
  return { below, pick: (list) => list[below(list.length)]! }
}
