// Where each interval of a recording is: times and places in typed arrays, 42 bytes an interval. Bounded: of very long
// recordings every second interval is kept, then every fourth, and so on.
import type { ProbeMessage } from '../stream/spec.ts'
import type { Gap, StatusMessage } from '../stream/stream-types.ts'
import type { Place } from './pieces.ts'

/** What holds from its time on, so that whoever jumps past it needs it. */
export type Fact = Gap | StatusMessage | ProbeMessage

interface TickPlace extends Place {
  /** In the file itself, or in the copy that can be entered anywhere. */
  copied: boolean
  /** Its samples are whole. */
  key: boolean
}

export interface TickIndex {
  /** Intervals known so far. */
  length(): number
  /** Intervals seen so far, those that are not kept included. */
  seen(): number
  add(atMs: number, rawMs: number, place: TickPlace, textAt: number): void
  atMs(i: number): number
  /** By how much its time was moved. */
  shiftMs(i: number): number
  place(i: number): TickPlace
  /** The last one at or before it from which on samples can be told; itself, where none is marked. */
  keyBefore(i: number): number
  /** Bytes of text from the beginning of the recording. */
  textAt(i: number): number
  /** The last one at or before an instant; -1: none. */
  find(atMs: number): number
  /** Messages that say what holds from some instant on, oldest first. */
  facts: Fact[]
}

const MOST_TICKS = 250_000
const FIRST_ROOM = 4096

export const createTickIndex = (): TickIndex => {
  let times = new Float64Array(FIRST_ROOM)
  let raws = new Float64Array(FIRST_ROOM)
  let places = new Float64Array(FIRST_ROOM)
  let texts = new Float64Array(FIRST_ROOM)
  let skips = new Float64Array(FIRST_ROOM)
  let copied = new Uint8Array(FIRST_ROOM)
  let keys = new Uint8Array(FIRST_ROOM)
  let length = 0
  let seen = 0
  let every = 1

  const grow = (): void => {
    const room = Math.min(MOST_TICKS, times.length * 2)
    const longer = (array: Float64Array): Float64Array<ArrayBuffer> => {
      const wider = new Float64Array(room)
      wider.set(array)
      return wider
    }
    ;[times, raws, places, texts, skips] = [longer(times), longer(raws), longer(places), longer(texts), longer(skips)]
    const wider = (array: Uint8Array): Uint8Array<ArrayBuffer> => {
      const bytes = new Uint8Array(room)
      bytes.set(array)
      return bytes
    }
    ;[copied, keys] = [wider(copied), wider(keys)]
  }

  const halve = (): void => {
    for (let i = 0; i * 2 < length; i++) {
      for (const array of [times, raws, places, texts, skips, copied, keys]) array[i] = array[i * 2]!
    }
    length = Math.ceil(length / 2)
    every *= 2
  }

  return {
    facts: [],
    length: () => length,
    seen: () => seen,
    add: (atMs, rawMs, place, textAt) => {
      if (seen++ % every !== 0) return
      if (length === MOST_TICKS) {
        halve()
        if ((seen - 1) % every !== 0) return
      }
      if (length === times.length) grow()
      times[length] = atMs
      raws[length] = rawMs
      places[length] = place.at
      skips[length] = place.skip
      texts[length] = textAt
      copied[length] = place.copied ? 1 : 0
      keys[length] = place.key ? 1 : 0
      length++
    },
    atMs: (i) => times[i]!,
    shiftMs: (i) => times[i]! - raws[i]!,
    place: (i) => ({ at: places[i]!, skip: skips[i]!, copied: copied[i] === 1, key: keys[i] === 1 }),
    keyBefore: (i) => {
      const at = keys.lastIndexOf(1, i)
      return at < 0 ? i : at
    },
    textAt: (i) => texts[i]!,
    find: (atMs) => {
      let [low, high] = [0, length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (times[middle]! <= atMs) low = middle + 1
        else high = middle
      }
      return low - 1
    },
  }
}
