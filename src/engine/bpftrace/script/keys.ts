// Takes the keys of a map apart, which bpftrace prints in one text with commas between: parts that cannot have a comma
// are split off from both ends, and what is left belongs to the part that can.
import type { KeyPart } from '../../../stream/script.ts'
import type { TableCell } from '../../../stream/tables.ts'

const LONGEST = 2000

export const splitKey = (key: string, parts: readonly KeyPart[]): TableCell[] => {
  if (parts.length === 1) return [cellOf(key, parts[0]!)]
  const free = freePart(parts)
  const texts = new Array<string>(parts.length).fill('')
  let from = 0
  let to = key.length
  for (let i = 0; i < free; i++) {
    const comma = key.indexOf(',', from)
    if (comma < 0 || comma >= to) break
    texts[i] = key.slice(from, comma)
    from = comma + 1
  }
  for (let i = parts.length - 1; i > free; i--) {
    const comma = key.lastIndexOf(',', to - 1)
    if (comma < from) break
    texts[i] = key.slice(comma + 1, to)
    to = comma
  }
  texts[free] = key.slice(from, to)
  return texts.map((text, index) => cellOf(text, parts[index]!))
}

/** Stacks above all: their functions have commas in their names. */
const freePart = (parts: readonly KeyPart[]): number => {
  for (const is of ['stack', 'text', 'any'] as const) {
    const at = parts.findIndex((part) => part.is === is)
    if (at >= 0) return at
  }
  return 0
}

const cellOf = (text: string, { is }: KeyPart): TableCell => {
  if (is === 'int') {
    const number = text.trim() === '' ? NaN : Number(text)
    return Number.isFinite(number) ? number : null
  }
  return (is === 'stack' ? framesOf(text) : text).slice(0, LONGEST)
}

/** Innermost first, in one line. */
const framesOf = (text: string): string =>
  text
    .slice(0, 4 * LONGEST)
    .split('\n')
    .map((frame) => frame.trim())
    .filter((frame) => frame !== '')
    .join(' < ')
