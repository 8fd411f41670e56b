// Reads the JSON that bpftrace writes, which is not quite JSON: bytes from 0x80 on are written as \uffffffXX by every
// version, some values are bare words (a time of day), from 0.24 on counts turn hexadecimal after the first \u of the
// stream, keys repeat and numbers exceed what a double holds. Objects are lists of pairs, so that nothing is lost.

export type Value = string | number | bigint | boolean | null | Value[] | Entries
export interface Entries {
  entries: [key: string, value: Value][]
}

interface ReadOptions {
  /** Counts are hexadecimal once a \u was written. */
  stickyHex: boolean
  /** A \u was written before this line. */
  hex: boolean
  /** Types of message and names of fields that are affected. */
  isHexField(type: string, key: string): boolean
}

/** One for all: an error of each line's own, with where it came from, takes ten times as long as reading it. */
const NOT_JSON = new SyntaxError('no JSON')

/** The line's value, and whether a \u was written by its end; undefined when it is not JSON even so. */
export const readJson = (line: string, options: ReadOptions): { value: Value; hex: boolean } | undefined => {
  let at = 0
  let hex = options.hex
  let type = ''
  let key = ''
  let depth = 0

  const blanks = (): void => {
    while (line[at] === ' ' || line[at] === '\t') at++
  }
  const take = (character: string): boolean => {
    blanks()
    if (line[at] !== character) return false
    at++
    return true
  }

  const value = (): Value => {
    blanks()
    switch (line[at]) {
      case '"':
        return string()
      case '[':
        return nested(array)
      case '{':
        return nested(object)
      default:
        return word()
    }
  }

  const nested = <T>(read: () => T): T => {
    if (++depth > MOST_NESTED) throw NOT_JSON
    const value = read()
    depth--
    return value
  }

  const string = (): string => {
    at++
    let text = ''
    for (;;) {
      const end = nextSpecial(line, at)
      if (end < 0) throw NOT_JSON
      text += line.slice(at, end)
      at = end + 1
      if (line[end] === '"') return text
      const escape = line[at]!
      if (escape === 'u') hex = hex || options.stickyHex
      if (MISESCAPED.test(line.slice(at, at + 9))) text += bytesFrom()
      else if (escape === 'u') {
        text += String.fromCharCode(Number.parseInt(line.slice(at + 1, at + 5), 16))
        at += 5
      } else {
        text += ESCAPES[escape] ?? escape
        at++
      }
    }
  }

  /** A run of \uffffffXX: bytes of UTF-8. `at` is behind the first backslash. */
  const bytesFrom = (): string => {
    const bytes: number[] = []
    for (at--; line[at] === '\\' && MISESCAPED.test(line.slice(at + 1, at + 10)); at += 10) {
      bytes.push(Number.parseInt(line.slice(at + 8, at + 10), 16))
    }
    return Buffer.from(bytes).toString('utf8')
  }

  const array = (): Value[] => {
    at++
    const items: Value[] = []
    if (take(']')) return items
    do items.push(value())
    while (take(','))
    if (!take(']')) throw NOT_JSON
    return items
  }

  const object = (): Entries => {
    at++
    const entries: Entries['entries'] = []
    if (take('}')) return { entries }
    do {
      blanks()
      if (line[at] !== '"') throw NOT_JSON
      const name = string()
      if (!take(':')) throw NOT_JSON
      key = name
      const read = value()
      if (name === 'type' && type === '' && typeof read === 'string') type = read
      entries.push([name, read])
    } while (take(','))
    if (!take('}')) throw NOT_JSON
    return { entries }
  }

  /** A number, a constant, or whatever bare text stands there up to the next separator. */
  const word = (): Value => {
    const start = at
    while (at < line.length && !',]}'.includes(line[at]!)) at++
    const text = line.slice(start, at).trim()
    if (text === '') throw NOT_JSON
    if (hex && /^[0-9a-f]+$/.test(text) && options.isHexField(type, key)) return Number.parseInt(text, 16)
    return CONSTANTS.has(text) ? CONSTANTS.get(text)! : numberOr(text)
  }

  try {
    const read = value()
    blanks()
    return at === line.length ? { value: read, hex } : undefined
  } catch (error) {
    if (error === NOT_JSON) return undefined
    throw error
  }
}

/** A number, a bigint where a double would round, else the text itself. */
export const numberOr = (text: string): number | bigint | string => {
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return text
  const number = Number(text)
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(text) ? number : BigInt(text)
}

/** bpftrace's own lines have a handful: message, map, key, tuple in tuple. */
const MOST_NESTED = 100

const MISESCAPED = /^uffffff[89a-f][0-9a-f]/
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }
const CONSTANTS = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
])

const nextSpecial = (line: string, from: number): number => {
  for (let at = from; at < line.length; at++) {
    const character = line.charCodeAt(at)
    if (character === 0x22 || character === 0x5c) return at
  }
  return -1
}
