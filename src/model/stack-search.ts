// Searching a tree of stacks: plain text found anywhere in a frame's name or module, whatever the case. No regular
// expressions: names of C++ and Rust are full of their signs.
import type { PathFrame } from './stack-paths.ts'
import type { StackNode } from './stacks.ts'

export type Matcher = (frame: PathFrame) => boolean

/** undefined: nothing is looked for. */
export const matcherOf = (text: string): Matcher | undefined => {
  if (text === '') return undefined
  const wanted = text.toLowerCase()
  return ({ name, module }) => name.toLowerCase().includes(wanted) || (module?.toLowerCase().includes(wanted) ?? false)
}

/** Weight of the stacks that have a match; each counts once, however often it matches. */
export const matchedNs = (node: StackNode, matches: Matcher): number => {
  let sum = 0
  for (const child of node.children.values()) sum += matches(child) ? child.totalNs : matchedNs(child, matches)
  return sum
}
