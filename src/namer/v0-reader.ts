// What the grammar of rust-v0.ts is read with: letters, numbers and identifiers of a mangled name, what is written of it, and
// bounds on all of that.
import { punycode } from './punycode.ts'

/** Longer ones are cut when they are sent, anyway. */
const LONGEST = 1000
const MOST_STEPS = 10_000
const DEEPEST = 200

export class Malformed extends Error {}
export class LongEnough extends Error {}

/** Throws Malformed where what is asked for is not there, LongEnough when enough is written. */
export const createReader = (body: string) => {
  let at = 0
  let out = ''
  let silent = 0
  let depth = 0
  let steps = 0

  const print = (text: string): void => {
    if (silent > 0) return
    out += text
    if (out.length > LONGEST) throw new LongEnough()
  }
  const eat = (letter: string): boolean => body[at] === letter && ++at > 0
  const next = (): string => {
    if (at >= body.length || ++steps > MOST_STEPS) throw new Malformed()
    return body[at++]!
  }
  const taken = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const [text] = pattern.exec(body) ?? []
    if (text === undefined) throw new Malformed()
    at += text.length
    return text
  }
  const nested = <T>(work: () => T): T => {
    if (++depth > DEEPEST) throw new Malformed()
    const result = work()
    depth--
    return result
  }

  const base62 = (): number => {
    const digits = taken(/[0-9a-zA-Z]{0,11}_/y).slice(0, -1)
    return digits === '' ? 0 : [...digits].reduce((sum, digit) => sum * 62 + digitOf(digit), 0) + 1
  }
  const optional62 = (letter: string): number => (eat(letter) ? base62() + 1 : 0)

  const plainIdentifier = (): string => {
    const encoded = eat('u')
    const length = Number(taken(/0|[1-9]\d{0,3}/y))
    eat('_')
    const text = body.slice(at, at + length)
    if (text.length < length) throw new Malformed()
    at += length
    if (!encoded) return text
    const decoded = punycode(text)
    if (decoded === undefined) throw new Malformed()
    return decoded
  }

  /** Goes on at an earlier place, and comes back. */
  const backref = <T>(work: () => T): T | undefined => {
    const from = at - 1
    const place = base62()
    if (place >= from) throw new Malformed()
    if (silent > 0) return undefined
    const after = at
    at = place
    const result = nested(work)
    at = after
    return result
  }

  const list = (separator: string, one: () => void): number => {
    let count = 0
    for (; !eat('E'); count++) {
      if (count > 0) print(separator)
      one()
    }
    return count
  }

  return {
    print,
    eat,
    next,
    taken,
    nested,
    base62,
    optional62,
    plainIdentifier,
    backref,
    list,
    /** The letter before is read again. */
    back: (): void => void at--,
    /** Read, and not written. */
    silently(work: () => void): void {
      silent++
      work()
      silent--
    },
    written: (): string => out,
    rest: (): string => body.slice(at),
  }
}

const digitOf = (digit: string): number =>
  digit <= '9' ? Number(digit) : digit >= 'a' ? digit.charCodeAt(0) - 87 : digit.charCodeAt(0) - 29
