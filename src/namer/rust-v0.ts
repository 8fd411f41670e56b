// Names of Rust functions in its own scheme: `_R...`, RFC 2603. Names are anybody's: what is read, written and nested is
// bounded. What tells equal names apart (hashes of crates) is left out.
import { createReader, LongEnough, Malformed } from './v0-reader.ts'

/** Added by LLVM when it splits a program up. */
export const LLVM = /\.llvm\.[0-9A-Za-z@]+$/

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

/** Undefined where it is not well-formed. */
export const nameOfV0 = (mangled: string): string | undefined => {
  const reader = createReader(mangled.slice(2))
  const { print, eat, next, taken, nested, base62, optional62, plainIdentifier, backref, list } = reader
  let lifetimes = 0

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
            reader.silently(() => path(false))
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
          reader.back()
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
    // the crate that it was made for
    if (/^[A-Z]/.test(reader.rest())) reader.silently(() => path(false))
    const rest = reader.rest()
    if (/^[^.$]/s.test(rest)) return undefined
    return reader.written() + rest.replace(LLVM, '')
  } catch (error) {
    if (error instanceof LongEnough) return reader.written()
    if (error instanceof Malformed) return undefined
    throw error
  }
}
