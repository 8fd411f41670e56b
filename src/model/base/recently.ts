// What was made lately, and of what: the same of the same is not made again. For what is made of samples, which never
// change, so they are compared as such.

import { sameItems } from '../../stream/same-items.ts'

type Ingredients = readonly unknown[]

/** `most`: what is asked for again stays, of the rest so much. Gives what is known of these ingredients, or makes it. */
export const createRecently = <T>(most: number): ((of: Ingredients, make: () => T) => T) => {
  /** The last first. */
  const recent: { of: Ingredients; made: T }[] = []
  return (of, make) => {
    let at = 0
    // samples are at the end, by which most differ
    const end = of.length - 1
    while (at < recent.length && (recent[at]!.of[end] !== of[end] || !sameItems(recent[at]!.of, of))) at++
    const known = recent[at]
    const found = known ?? { of, made: make() }
    if (!known) at = Math.min(recent.length, most - 1)
    for (; at > 0; at--) recent[at] = recent[at - 1]!
    recent[0] = found
    return found.made
  }
}
