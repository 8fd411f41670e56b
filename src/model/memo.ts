// What was made of objects that never change, so that it need not be made again for every frame; each is forgotten with
// its object. Bounded beyond that: objects live for minutes, and each would keep something for everything ever asked of
// it. Two generations: what is asked for again moves into the younger one, what is not goes with the older one.

import { sameItems } from '../stream/same-items.ts'

/** The last that was made of each object with other things: the same of the same is not made again. */
export const createLatest = <K extends object, More extends readonly unknown[], V>(
  make: (of: K, ...more: More) => V,
): ((of: K, ...more: More) => V) => {
  const known = new WeakMap<K, { more: More; value: V }>()
  return (of, ...more) => {
    const last = known.get(of)
    if (last && sameItems(last.more, more)) return last.value
    const value = make(of, ...more)
    known.set(of, { more, value })
    return value
  }
}

/** `most`: estimated bytes of a generation. Gives what is known for a question about an object, or makes it. */
export const createMemo = <V extends object>(most: number, sizeOf: (value: V) => number) => {
  type Generation = Map<string, WeakMap<object, V>>
  let young: Generation = new Map()
  let old: Generation = new Map()
  let bytes = 0

  const keep = (question: string, of: object, value: V): V => {
    if (bytes > most) [old, young, bytes] = [young, new Map(), 0]
    let known = young.get(question)
    if (!known) young.set(question, (known = new WeakMap()))
    known.set(of, value)
    bytes += sizeOf(value)
    return value
  }

  return <K extends object>(question: string, of: K, make: (of: K) => V): V =>
    young.get(question)?.get(of) ?? keep(question, of, old.get(question)?.get(of) ?? make(of))
}
