// What bpftrace says on stdout, line by line, as messages: the dialects of 0.17 to 0.27 told apart by its version.
// Nothing is thrown away: a line that is no JSON, or of a type not known here, is text.
import { numberOr, readJson } from './json.ts'
import type { Entries, Value } from './json.ts'

/** Where bpftrace is told to cut strings; the most that 0.17 can. */
export const STRING_BYTES = 200

export type Version = readonly [major: number, minor: number]

export interface Bucket {
  /** Both inclusive; absent at an open end. */
  min?: number
  max?: number
  count: number
}

export type BpftraceMessage =
  | { type: 'attached'; probes: number }
  /** Text the script printed: printf, time, join, cat, and the output of system(). */
  | { type: 'print'; by: string; text: string }
  /** One map: a single value, or pairs in the order printed, keys possibly repeated. */
  | { type: 'map' | 'stats'; name: string; value?: Value; entries?: [key: string, value: Value][] }
  | { type: 'hist'; name: string; buckets?: Bucket[]; entries?: [key: string, buckets: Bucket[]][] }
  | { type: 'value'; value: Value }
  | { type: 'lost'; events: number }
  | { type: 'helper error'; helper: string; code: number; line: number; text: string }
  | { type: 'text'; text: string }

export interface Parser {
  /** Undefined for a blank line. */
  parse(line: string): BpftraceMessage | undefined
  /** A line that shall not be parsed must still be seen: what follows may depend on it. */
  skip(line: string): void
}

/** `bpftrace v0.17.0`, `bpftrace v0.23.2-dirty` and the like. */
export const parseVersion = (text: string): Version | undefined => {
  const found = /v?(\d+)\.(\d+)(?:\.\d+)?/.exec(text)
  return found ? [Number(found[1]), Number(found[2])] : undefined
}

export const olderThan = (version: Version, [major, minor]: Version): boolean =>
  version[0] < major || (version[0] === major && version[1] < minor)

export const createParser = (version: Version): Parser => {
  const stickyHex = !olderThan(version, [0, 24])
  let hex = false

  return {
    parse(line) {
      if (line === '') return undefined
      // all it says is objects; what is none, of which a script can print any number, is not even tried
      const read =
        line.startsWith('{') && line.endsWith('}') ? readJson(line, { stickyHex, hex, isHexField }) : undefined
      if (!read) return { type: 'text', text: line }
      hex = read.hex
      return (isObject(read.value) && toMessage(read.value, version)) || { type: 'text', text: line }
    },
    skip(line) {
      hex = hex || (stickyHex && line.includes('\\u'))
    },
  }
}

/** A percent sign, which as text printf() prints once: before 0.24 it is as written. */
const printed = (by: string, text: string, version: Version): string =>
  by === 'printf' && olderThan(version, [0, 24]) ? text.replaceAll('%%', '%') : text

const isHexField = (type: string, key: string): boolean =>
  (type === 'hist' && key === 'count') || (type === 'lost_events' && (key === 'events' || key === 'count'))

const isObject = (value: Value | undefined): value is Entries =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const field = (object: Entries, name: string): Value | undefined => object.entries.find(([key]) => key === name)?.[1]

const number = (value: Value | undefined): number =>
  typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : 0
const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '')

const toMessage = (object: Entries, version: Version): BpftraceMessage | undefined => {
  const type = text(field(object, 'type'))
  const data = field(object, 'data')
  switch (type) {
    case 'attached_probes':
      return isObject(data) ? { type: 'attached', probes: number(field(data, 'probes')) } : undefined
    case 'lost_events':
      return isObject(data) ? { type: 'lost', events: number(field(data, 'events')) } : undefined
    case 'printf':
    case 'time':
    case 'join':
    case 'cat':
    case 'syscall':
      return typeof data === 'string' ? { type: 'print', by: type, text: printed(type, data, version) } : undefined
    case 'warnf':
    case 'errorf':
      return { type: 'print', by: type, text: text(field(object, 'msg')) }
    case 'value':
      return data === undefined ? undefined : { type: 'value', value: exact(data, version) }
    case 'map':
    case 'stats':
    case 'hist':
      return isObject(data) && data.entries.length === 1 ? toMap(type, data.entries[0]!, version) : undefined
    case 'helper_error':
      return {
        type: 'helper error',
        helper: text(field(object, 'helper')),
        code: number(field(object, 'retcode')),
        line: number(field(object, 'line')),
        text: text(field(object, 'msg')),
      }
    default:
      return undefined
  }
}

const toMap = (
  type: 'map' | 'stats' | 'hist',
  [name, data]: [string, Value],
  version: Version,
): BpftraceMessage | undefined => {
  const keyed = isObject(data) && !isStats(data)
  if (type !== 'hist') {
    if (!keyed) return { type, name, value: exact(data, version) }
    return { type, name, entries: data.entries.map(([key, value]) => [keyText(key, version), exact(value, version)]) }
  }
  if (!keyed) return Array.isArray(data) ? { type, name, buckets: toBuckets(data, version) } : undefined
  return {
    type,
    name,
    entries: data.entries.map(([key, value]) => [
      keyText(key, version),
      Array.isArray(value) ? toBuckets(value, version) : [],
    ]),
  }
}

/** {"count": 2, "average": 15, "total": 30} is one value, not a map with three keys. */
const isStats = ({ entries }: Entries): boolean =>
  entries.length === 3 && entries.every(([key], i) => key === ['count', 'average', 'total'][i])

const toBuckets = (list: readonly Value[], version: Version): Bucket[] =>
  list.filter(isObject).map((bucket) => {
    const count = number(field(bucket, 'count'))
    const min = field(bucket, 'min')
    const max = field(bucket, 'max')
    // before 0.20 everything from 2^31 on is one bucket, printed with the bounds overflown
    if (olderThan(version, [0, 20]) && min === -(2 ** 31) && max === 0) return { min: 2 ** 31, count }
    return { ...(min !== undefined && { min: number(min) }), ...(max !== undefined && { max: number(max) }), count }
  })

/** 0.22 and 0.23 escape keys twice. */
const keyText = (key: string, version: Version): string => {
  if (olderThan(version, [0, 22]) || !olderThan(version, [0, 24]) || !key.includes('\\')) return key
  const again = readJson(`"${key}"`, { stickyHex: false, hex: false, isHexField })
  return typeof again?.value === 'string' ? again.value : key
}

/** From 0.24 on an integer that a double cannot hold is printed as a string. */
const exact = (value: Value, version: Version): Value => {
  if (typeof value !== 'string' || olderThan(version, [0, 24]) || !/^-?\d{16,20}$/.test(value)) return value
  const read = numberOr(value)
  return typeof read === 'bigint' ? read : value
}
