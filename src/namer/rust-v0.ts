// Names of Rust functions in its own scheme: `_R...`, RFC 2603. Names are anybody's: what is read, written and nested is
// bounded. What tells equal names apart (hashes of crates) is left out.
import { punycode } from './punycode.ts'

/** Added by LLVM when it splits a program up. */
export const LLVM = /\.llvm\.[0-9A-Za-z@]+$/

/** Longer ones are cut when they are sent, anyway. */
const LONGEST = 1000
const MOST_STEPS = 10_000
const DEEPEST = 200
const MOST_LIFETIMES = 100

const BASIC: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
}
const UNSIGNED = 'htmyoj'
const SIGNED = 'aslxni'
const SPECIAL: Readonly<Record<string, string>> = { C: 'closure', S: 'shim' }

class Malformed extends Error {}
class LongEnough extends Error {}

/** Undefined where it is not well-formed. */
export const nameOfV0 = (mangled: string): string | undefined => {
  const body = mangled.slice(2)
  let at = 0
  let out = ''
  let silent = 0
  let depth = 0
  let steps = 0
  let lifetimes = 0

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

  /** `inValue`: where generic arguments need `::` in front. */
  const path = (inValue: boolean): void =>
    nested(() => {
      const tag = next()
      switch (tag) {
        case 'C':
          optional62('s')
          return print(plainIdentifier())
        case 'N': {
          const space = next()
          path(inValue)
          const number = optional62('s')
          const name = plainIdentifier()
          if (/[A-Z]/.test(space))
            return print(`::{${SPECIAL[space] ?? space}${name === '' ? '' : `:${name}`}#${number}}`)
          return print(name === '' ? '' : `::${name}`)
        }
        case 'M':
        case 'X':
        case 'Y':
          if (tag !== 'Y') {
            optional62('s')
            silent++
            path(false)
            silent--
          }
          print('<')
          type()
          if (tag !== 'M') {
            print(' as ')
            path(false)
          }
          return print('>')
        case 'I':
          path(inValue)
          print(inValue ? '::<' : '<')
          list(', ', argument)
          return print('>')
        case 'B':
          backref(() => path(inValue))
          return
        default:
          throw new Malformed()
      }
    })

  const argument = (): void => {
    if (eat('L')) lifetime(base62())
    else if (eat('K')) constant()
    else type()
  }

  const lifetime = (index: number): void => {
    if (index > lifetimes) throw new Malformed()
    const name = lifetimes - index
    print(index === 0 ? "'_" : name < 26 ? `'${String.fromCharCode(97 + name)}` : `'_${name}`)
  }

  /** `for<'a>` around something. */
  const bound = (work: () => void): void => {
    const count = optional62('G')
    if (count > MOST_LIFETIMES) throw new Malformed()
    if (count > 0) {
      print('for<')
      for (let i = 0; i < count; i++) {
        if (i > 0) print(', ')
        lifetimes++
        lifetime(1)
      }
      print('> ')
    }
    work()
    lifetimes -= count
  }

  const type = (): void =>
    nested(() => {
      const tag = next()
      if (BASIC[tag] !== undefined) return print(BASIC[tag])
      switch (tag) {
        case 'R':
        case 'Q': {
          print('&')
          const region = optional62('L') - 1
          if (region > 0) {
            lifetime(region)
            print(' ')
          }
          if (tag === 'Q') print('mut ')
          return type()
        }
        case 'P':
        case 'O':
          print(tag === 'P' ? '*const ' : '*mut ')
          return type()
        case 'A':
        case 'S':
          print('[')
          type()
          if (tag === 'A') {
            print('; ')
            constant()
          }
          return print(']')
        case 'T':
          print('(')
          if (list(', ', type) === 1) print(',')
          return print(')')
        case 'F':
          return bound(signature)
        case 'D': {
          print('dyn ')
          bound(() => list(' + ', dynTrait))
          if (!eat('L')) throw new Malformed()
          const region = base62()
          if (region === 0) return
          print(' + ')
          return lifetime(region)
        }
        case 'B':
          backref(type)
          return
        default:
          at--
          return path(false)
      }
    })

  const signature = (): void => {
    if (eat('U')) print('unsafe ')
    if (eat('K')) print(`extern "${eat('C') ? 'C' : plainIdentifier().replaceAll('_', '-')}" `)
    print('fn(')
    list(', ', type)
    print(')')
    if (eat('u')) return
    print(' -> ')
    type()
  }

  const dynTrait = (): void => {
    let open = openPath()
    while (eat('p')) {
      print(open ? ', ' : '<')
      open = true
      print(`${plainIdentifier()} = `)
      type()
    }
    if (open) print('>')
  }

  /** A path whose generic arguments may go on. */
  const openPath = (): boolean => {
    if (eat('B')) return backref(openPath) ?? false
    if (!eat('I')) {
      path(false)
      return false
    }
    path(false)
    print('<')
    list(', ', argument)
    return true
  }

  const constant = (): void =>
    nested(() => {
      const tag = next()
      if (tag === 'p') return print('_')
      if (tag === 'B') return void backref(constant)
      if (SIGNED.includes(tag) && eat('n')) print('-')
      const value = BigInt(`0x0${taken(/[0-9a-f]{0,32}_/y).slice(0, -1)}`)
      if (UNSIGNED.includes(tag) || SIGNED.includes(tag)) return print(String(value))
      if (tag === 'b' && value < 2n) return print(String(value === 1n))
      if (tag === 'c' && value < 0x110000n) return print(`'${String.fromCodePoint(Number(value))}'`)
      throw new Malformed()
    })

  try {
    path(true)
    if (/[A-Z]/.test(body[at] ?? '')) {
      silent++
      path(false) // the crate that it was made for
      silent--
    }
    if (at < body.length && !/[.$]/.test(body[at]!)) return undefined
    return out + body.slice(at).replace(LLVM, '')
  } catch (error) {
    if (error instanceof LongEnough) return out
    if (error instanceof Malformed) return undefined
    throw error
  }
}

const digitOf = (digit: string): number =>
  digit <= '9' ? Number(digit) : digit >= 'a' ? digit.charCodeAt(0) - 87 : digit.charCodeAt(0) - 29
