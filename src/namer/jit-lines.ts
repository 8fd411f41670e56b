// Where the lines of a map of run-time code are, by the addresses they are about: numbers only, in two layers, one of
// those that came lately and one of all before, so that a few new lines cost little among a million.
import { lastNotAbove } from './base/address.ts'
import type { Pause } from './dwarf/pause.ts'

interface Lines {
  /** Takes the whole lines of a piece of the file that begins at `position`. `inLine`: it begins within one that is not
   * wanted. `more`: the file goes on; a line that has no end yet and is as long as the piece is taken as it is. */
  add(
    piece: Buffer,
    position: number,
    inLine: boolean,
    more: boolean,
    pause: Pause,
  ): Promise<{ bytes: number; inLine: boolean }>
  /** Before looking anything up, when lines were added. */
  sort(): void
  lineOf(address: number): { start: number; at: number } | undefined
  full(): boolean
  /** Gives back what it took of the budget. */
  clear(): void
}

interface Layer {
  starts: Float64Array
  sizes: Uint32Array
  at: Uint32Array
}

const LATELY = 1 << 16
const PAUSE_EVERY = 4096
const TRIES = 8
/** What is won by sorting has to be worth it. */
const LEAST_LEFT = 1024
const EMPTY: Layer = { starts: new Float64Array(0), sizes: new Uint32Array(0), at: new Uint32Array(0) }

export const tableOfLines = (most: number, budget: { lines: number }): Lines => {
  // the key has the place in the batch in its lower 16 bits: of equal starts the later line is behind
  let keys = new Uint32Array(0)
  let sizes = new Uint32Array(0)
  let at = new Uint32Array(0)
  let count = 0
  let lately = EMPTY
  let before = EMPTY
  let full = false

  const take = (start: number, size: number, position: number): void => {
    if (count === sizes.length) {
      const length = Math.min(LATELY, Math.max(64, count * 2))
      keys = grown(keys, length * 2)
      sizes = grown(sizes, length)
      at = grown(at, length)
    }
    keys[count * 2] = (start % 2 ** 16) * 2 ** 16 + count
    keys[count * 2 + 1] = Math.floor(start / 2 ** 16)
    sizes[count] = Math.min(size, 0xffffffff)
    at[count] = position
    count++
    budget.lines--
  }

  /** Of equal starts only the last. */
  const sorted = (): Layer => {
    const order = new BigUint64Array(keys.slice(0, count * 2).buffer).sort()
    const words = new Uint32Array(order.buffer)
    const layer = layerOf(count)
    let used = 0
    for (let i = 0; i < count; i++) {
      const low = words[i * 2]!
      const index = low % 2 ** 16
      const start = words[i * 2 + 1]! * 2 ** 16 + Math.floor(low / 2 ** 16)
      if (used > 0 && layer.starts[used - 1] === start) used--
      layer.starts[used] = start
      layer.sizes[used] = sizes[index]!
      layer.at[used++] = at[index]!
    }
    return cut(layer, used)
  }

  const settle = (): void => {
    const merged = merge(before, sorted())
    budget.lines += before.starts.length + count - merged.starts.length
    before = merged
    lately = EMPTY
    count = 0
    full = before.starts.length >= most
  }

  return {
    async add(piece, position, inLine, more, pause) {
      let from = 0
      if (inLine) {
        from = piece.indexOf(10) + 1
        if (from === 0) return { bytes: piece.length, inLine: true }
      }
      for (let turn = 1; !full; turn++) {
        const end = piece.indexOf(10, from)
        if (end < 0 && (from > 0 || !more)) break
        const line = lineAt(piece, from, end < 0 ? piece.length : end)
        if (line) {
          if (count === LATELY) settle()
          if (budget.lines <= 0) settle()
          if (budget.lines < LEAST_LEFT) full = true
          else if (!full) take(line.start, line.size, position + from)
        }
        if (end < 0) return { bytes: piece.length, inLine: true }
        from = end + 1
        if (turn % PAUSE_EVERY === 0) await pause()
      }
      return { bytes: from, inLine: false }
    },
    sort() {
      lately = count === 0 ? EMPTY : sorted()
    },
    lineOf(address) {
      const found = lineIn(lately, address) ?? lineIn(before, address)
      const newer = lately.starts[lastNotAbove(lately.starts, found?.start ?? 0)] === found?.start
      return found && newer ? lineIn(lately, address) : found
    },
    full: () => full,
    clear() {
      budget.lines += before.starts.length + count
      count = 0
      keys = sizes = at = new Uint32Array(0)
      lately = before = EMPTY
    },
  }
}

/** What a line says; undefined for what is none. */
export const lineAt = (
  bytes: Buffer,
  from: number,
  end: number,
): { start: number; size: number; nameAt: number } | undefined => {
  const start = hexAt(bytes, from, end)
  if (!start || bytes[start.end] !== 0x20) return undefined
  const size = hexAt(bytes, start.end + 1, end)
  if (!size || bytes[size.end] !== 0x20 || size.end + 1 >= end) return undefined
  return start.value < 2 ** 48 ? { start: start.value, size: size.value, nameAt: size.end + 1 } : undefined
}

const hexAt = (bytes: Buffer, from: number, end: number): { value: number; end: number } | undefined => {
  const first = bytes[from] === 0x30 && bytes[from + 1] === 0x78 ? from + 2 : from
  let value = 0
  let at = first
  for (; at < end && at - first < 16; at++) {
    const digit = digitOf(bytes[at]!)
    if (digit < 0) break
    value = value * 16 + digit
  }
  return at > first ? { value, end: at } : undefined
}

const digitOf = (byte: number): number =>
  byte >= 0x30 && byte <= 0x39
    ? byte - 0x30
    : byte >= 0x61 && byte <= 0x66
      ? byte - 0x57
      : byte >= 0x41 && byte <= 0x46
        ? byte - 0x37
        : -1

/** The nearest beginning need not be the one that reaches here, when older code lay across. */
const lineIn = ({ starts, sizes, at }: Layer, address: number): { start: number; at: number } | undefined => {
  for (let index = lastNotAbove(starts, address), tries = TRIES; index >= 0 && tries > 0; index--, tries--) {
    if (address < starts[index]! + sizes[index]!) return { start: starts[index]!, at: at[index]! }
  }
  return undefined
}

/** Of equal starts the newer. */
const merge = (older: Layer, newer: Layer): Layer => {
  const layer = layerOf(older.starts.length + newer.starts.length)
  let used = 0
  for (let i = 0, j = 0; i < older.starts.length || j < newer.starts.length;) {
    const [a, b] = [older.starts[i] ?? Infinity, newer.starts[j] ?? Infinity]
    const from = b <= a ? newer : older
    const index = b <= a ? j++ : i
    if (a <= b) i++
    layer.starts[used] = from.starts[index]!
    layer.sizes[used] = from.sizes[index]!
    layer.at[used++] = from.at[index]!
  }
  return cut(layer, used)
}

const layerOf = (length: number): Layer => ({
  starts: new Float64Array(length),
  sizes: new Uint32Array(length),
  at: new Uint32Array(length),
})

const cut = ({ starts, sizes, at }: Layer, length: number): Layer => ({
  starts: starts.subarray(0, length),
  sizes: sizes.subarray(0, length),
  at: at.subarray(0, length),
})

const grown = (from: Uint32Array, length: number): Uint32Array<ArrayBuffer> => {
  const to = new Uint32Array(length)
  to.set(from)
  return to
}
