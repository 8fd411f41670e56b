// What a map of a script holds at an instant, by key: what was printed, what it grew by, several together.
import type { BpftraceMessage, Bucket } from '../parse.ts'
import type { Value } from '../json.ts'
import { MOST_KEYS } from './compose.ts'

export type MapMessage = Extract<BpftraceMessage, { type: 'map' | 'stats' | 'hist' }>

/** What a key has: a number, a count with a sum, a histogram, or something else in words. */
export type Held = { n: number; times?: number; buckets?: Bucket[]; text?: string }
export type Frame = Map<string, Held>

/** Stands for no bound; finite, as it crosses the stream. */
export const OPEN = 2 ** 80

/** `nameOf`: of keys that it gives one name the sum is told. */
export const frameOf = (message: MapMessage, nameOf = (key: string): string => key): Frame => {
  const frame: Frame = new Map()
  const put = (printed: string, held: Held): void => {
    const key = nameOf(printed)
    const before = frame.get(key)
    // two keys can be printed as the same text
    frame.set(key, before ? plus(before, held) : held)
  }
  if (message.type === 'hist') {
    if (message.entries) for (const [key, buckets] of message.entries.slice(0, MOST_KEYS)) put(key, histOf(buckets))
    else put('', histOf(message.buckets ?? []))
  } else if (message.entries) for (const [key, value] of message.entries.slice(-MOST_KEYS)) put(key, heldOf(value))
  else if (message.value !== undefined) put('', heldOf(message.value))
  return frame
}

const histOf = (buckets: Bucket[]): Held => ({ n: buckets.reduce((total, { count }) => total + count, 0), buckets })

const heldOf = (value: Value): Held => {
  if (typeof value === 'number') return { n: value }
  if (typeof value === 'bigint') return { n: Number(value) }
  if (typeof value === 'boolean') return { n: Number(value) }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const field = (name: string): number => Number(value.entries.find(([key]) => key === name)?.[1] ?? NaN)
    const [times, total] = [field('count'), field('total')]
    if (Number.isFinite(times) && Number.isFinite(total)) return { n: total, times }
  }
  return { n: 0, text: wordsOf(value).slice(0, 1000) }
}

export const wordsOf = (value: Value): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? `(${value.slice(0, 32).map(wordsOf).join(', ')})`
      : typeof value === 'object' && value !== null
        ? `{${value.entries
            .slice(0, 32)
            .map(([key, each]) => `${key}: ${wordsOf(each)}`)
            .join(', ')}}`
        : String(value)

const plus = (a: Held, b: Held): Held => ({
  n: a.n + b.n,
  ...(a.times === undefined ? {} : { times: a.times + (b.times ?? 0) }),
  ...(a.buckets ? { buckets: combined(a.buckets, b.buckets ?? [], 1) } : {}),
  ...(b.text === undefined ? {} : { text: b.text }),
})

export const sum = (a: Frame, b: Frame): Frame => {
  const all = new Map(a)
  for (const [key, held] of b) all.set(key, all.has(key) ? plus(all.get(key)!, held) : held)
  return all
}

/** What is more than it was; a value that is less began anew. */
export const growth = (now: Frame, before: Frame): Frame => {
  const grown: Frame = new Map()
  for (const [key, held] of now) {
    const old = before.get(key)
    const isAnew = !old || old.n > held.n || (old.times ?? 0) > (held.times ?? 0)
    grown.set(
      key,
      isAnew
        ? held
        : {
            n: held.n - old.n,
            ...(held.times === undefined ? {} : { times: held.times - (old.times ?? 0) }),
            ...(held.buckets ? { buckets: combined(held.buckets, old.buckets ?? [], -1) } : {}),
          },
    )
  }
  return grown
}

/** Both ascending. */
export const combined = (a: readonly Bucket[], b: readonly Bucket[], sign: 1 | -1): Bucket[] => {
  const of = new Map<number, Bucket>(a.map((bucket) => [bucket.min ?? -OPEN, { ...bucket }]))
  for (const bucket of b) {
    const at = bucket.min ?? -OPEN
    const mine = of.get(at)
    if (mine) mine.count = Math.max(0, mine.count + sign * bucket.count)
    else if (sign > 0) of.set(at, { ...bucket })
  }
  return [...of].sort(([x], [y]) => x - y).map(([, bucket]) => bucket)
}
