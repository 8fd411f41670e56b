// The line above the rows that most tools of bcc print: names of columns in capitals. From it and the first row follow
// the columns with their units and dimensions, and where they end in a line.
import { SCRIPT_LIMITS, type LinePart, type ScriptColumn } from '../../stream/script.ts'
import type { Dimension } from '../../stream/fields.ts'

export interface Heading {
  titles: readonly string[]
  /** Where each begins. */
  offsets: readonly number[]
}

const LONGEST = 1000

/** Two names at least, each in capitals but for a unit: `TOTAL_usecs`, `LAT(ms)`, `AVGms`, `%RND`. */
export const headingOf = (line: string): Heading | undefined => {
  if (line.length > LONGEST) return undefined
  const found = [...line.matchAll(/\S+/g)]
  const titles = found.map(([word]) => word)
  const capitals = titles.filter((title) => !/[a-z]/.test(title)).length
  if (titles.length < 2 || titles.length > SCRIPT_LIMITS.columns || !titles.every(isName) || capitals === 0)
    return undefined
  return { titles, offsets: found.map(({ index }) => index) }
}

/** Between two states stands an arrow. */
const isName = (word: string): boolean =>
  word === '->' || /^%?[A-Z][A-Z0-9%/-]*[a-z]{0,6}(?:[_(][A-Za-z0-9/%]+\)?)*$/.test(word)

/** The names before a bracket or an underscore. */
const NUMBERED: Readonly<Record<string, Dimension>> = {
  PID: 'pid',
  TID: 'tid',
  CPU: 'cpu',
  UID: 'user',
  LPORT: 'port',
  RPORT: 'port',
  SPORT: 'port',
  DPORT: 'port',
  PORT: 'port',
}
const NAMED: Readonly<Record<string, Dimension>> = {
  COMM: 'comm',
  PCOMM: 'comm',
  COMMAND: 'comm',
  PROCESS: 'comm',
  DISK: 'disk',
  DADDR: 'peer',
  RADDR: 'peer',
  SYSCALL: 'syscall',
}
/** Looks like a number and is none to reckon with. */
const NO_NUMBER = /^(TIME|T|IP|.?ADDR)\b/i
/** A command has blanks within, and is as wide as this. */
const COMM_WIDTH = 16

export const isNumber = (text: string): boolean => /^-?\d{1,20}(\.\d{1,9})?$/.test(text)

/** Of the first row that comes below a heading: undefined where it is not as wide. */
export const columnsOf = (heading: Heading, row: string): ScriptColumn[] | undefined => {
  const texts = textsOf(row, partsOf(heading, undefined))
  // a process has a number, or it is no row
  if (!texts || heading.titles.some((title, at) => Object.hasOwn(NUMBERED, title) && !isNumber(texts[at]!)))
    return undefined
  return heading.titles.map((title, at) => columnOf(title, texts[at]!))
}

const columnOf = (title: string, text: string): ScriptColumn => {
  const plain = title.replace(/[(_].*$/, '')
  const numbered = Object.hasOwn(NUMBERED, plain) ? NUMBERED[plain] : undefined
  if (isNumber(text) && !NO_NUMBER.test(title))
    return { title: cut(title), is: 'number', ...(numbered ? { dim: numbered } : {}), ...unitOf(title) }
  const named = Object.hasOwn(NAMED, plain) ? NAMED[plain] : undefined
  return { title: cut(title), is: 'text', ...(named ? { dim: named } : {}) }
}

const cut = (title: string): string => title.slice(0, SCRIPT_LIMITS.title)

const TIMES: Readonly<Record<string, number>> = { NS: 1, NSECS: 1, US: 1e3, USECS: 1e3, MS: 1e6, MSECS: 1e6 }
const SIZES: Readonly<Record<string, number>> = { BYTES: 1, KB: 1024, KBYTES: 1024, MB: 1024 ** 2 }

/** Its last part says it: `LAT(ms)`, `TX_KB`, `AVGms`. */
const unitOf = (title: string): Pick<ScriptColumn, 'unit' | 'worth'> => {
  const last = /([A-Za-z]+)\)?$/.exec(title)?.[1] ?? ''
  for (const word of [last.toUpperCase(), last.replace(/^[A-Z]+/, '').toUpperCase()]) {
    if (Object.hasOwn(TIMES, word)) return { unit: 'ns', worth: TIMES[word]! }
    if (Object.hasOwn(SIZES, word)) return { unit: 'bytes', worth: SIZES[word]! }
  }
  return { unit: 'id' }
}

/** What a line is made of: commands may have blanks, and all the rest of a line belongs to the last column. */
export const partsOf = ({ titles, offsets }: Heading, columns: readonly ScriptColumn[] | undefined): LinePart[] =>
  titles.map((title, at): LinePart => {
    const isComm = NAMED[title.replace(/[(_].*$/, '')] === 'comm'
    const width = (offsets[at + 1] ?? 0) - offsets[at]! - 1
    // what is only known by its name may still be a number
    if (columns?.[at]?.is === 'number') return { is: 'number' }
    return isComm && width > 1 ? { is: 'text', pad: Math.min(width, COMM_WIDTH) } : { is: 'text' }
  })

const textsOf = (row: string, parts: readonly LinePart[]): string[] | undefined => {
  const texts: string[] = []
  let at = 0
  for (const [index, { pad }] of parts.entries()) {
    while (row[at] === ' ' || row[at] === '\t') at++
    if (at >= row.length && index < parts.length - 1) return undefined
    let end = index === parts.length - 1 ? row.length : Math.min(row.length, at + (pad ?? 0))
    while (end < row.length && row[end] !== ' ' && row[end] !== '\t') end++
    texts.push(row.slice(at, end).trim())
    at = end
  }
  return texts
}

/** With what was a number and now is none as text; undefined where the line is no row. */
export const widened = (
  columns: readonly ScriptColumn[],
  heading: Heading,
  line: string,
): ScriptColumn[] | undefined => {
  const texts = textsOf(line, partsOf(heading, columns))
  const isText = (at: number): boolean => columns[at]!.is === 'number' && !isNumber(texts![at]!)
  if (!texts || texts.includes('') || columns.some(({ dim }, at) => dim !== undefined && isText(at))) return undefined
  return columns.map((column, at) => (isText(at) ? { title: column.title, is: 'text' } : column))
}
