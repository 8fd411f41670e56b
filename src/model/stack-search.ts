// Searching a tree of stacks: a regular expression found anywhere in a frame's name or module, or the same as plain
// text, since names of C++ and Rust are full of its signs. Without capitals it finds both cases. Until the library of
// expressions has been read it is plain text alone.
import { hasPatterns, patternOf } from './pattern.ts'
import type { PathFrame } from './stack-paths.ts'
import type { StackNode } from './stacks.ts'

export type Matcher = (frame: PathFrame) => boolean

/** undefined: nothing is looked for. */
export const matcherOf = (text: string): Matcher | undefined => (text === '' ? undefined : searchOf(text).matches)

/** Why it is looked for as plain text only. */
export const searchProblem = (text: string): string | undefined => (text === '' ? undefined : searchOf(text).why)

/** Weight of the stacks that have a match; each counts once, however often it matches. */
export const matchedNs = (node: StackNode, matches: Matcher): number => {
  let sum = 0
  for (const child of node.children.values()) sum += matches(child) ? child.totalNs : matchedNs(child, matches)
  return sum
}

interface Search {
  text: string
  /** As an expression, too. */
  isWhole: boolean
  matches: Matcher
  why?: string
}

/** The last one, with what it found: every frame drawn asks the same again. */
let known: Search | undefined

const MOST_KNOWN = 50_000
/** What stands for a class of characters, as \S, is no capital. */
const ESCAPE = /\\./gu

const searchOf = (text: string): Search => {
  if (known?.text === text && known.isWhole === hasPatterns()) return known
  const anyCase = !/\p{Lu}/u.test(text.replace(ESCAPE, ''))
  const pattern = patternOf(text)
  const found = new Map<string, boolean>()
  const has = (name: string): boolean => {
    const before = found.get(name)
    if (before !== undefined) return before
    const read = anyCase ? name.toLowerCase() : name
    const is = read.includes(text) || (pattern !== undefined && 'matches' in pattern && pattern.matches(read))
    if (found.size >= MOST_KNOWN) found.clear()
    found.set(name, is)
    return is
  }
  return (known = {
    text,
    isWhole: hasPatterns(),
    matches: ({ name, module }) => has(name) || (module !== undefined && has(module)),
    ...(pattern && 'why' in pattern ? { why: pattern.why } : {}),
  })
}
