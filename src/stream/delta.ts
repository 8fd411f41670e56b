// Rows that did not change are not sent again. A sample of tables that follows another of its probe says which rows of
// that one it keeps and where the others go; every so often, at the first interval of a stream, and when a probe starts,
// samples are whole. Encoder and decoder stand at the two ends of a pipe or a file; nothing else knows of it.
import { escapeJson } from './harmless.ts'
import { MOST_ROWS, NEW_ROWS } from './tables.ts'
import type { SentTable, Table, TableCell, TablesData } from './tables.ts'
import { isDescribed } from './stream-types.ts'
import type { AnySample, DescribedSample, Message } from './stream-types.ts'

/** Smaller tables are always whole. */
const LEAST_ROWS = 16
/** Rows by which others may have come or gone between two. */
export const LOOK_AHEAD = 64
/** Probes whose last sample is remembered. */
const MOST_PROBES = 128

/** Of a recording: it can be entered there. A power of two, as the index of a long one keeps every second, fourth ...
 * interval. */
export const RECORDED_KEY_EVERY = 64
/** Of an engine's pipe, which loses nothing: only so that whoever lost a line has all again. */
export const PIPED_KEY_EVERY = 512

/** Text of the samples since the last whole one, after which the next is whole; twice as much is not believed. So what a
 * reader keeps for one probe is bounded. */
const MOST_CHANGES_BYTES = 16 * 1024 * 1024

/** A table as it was sent last, with the texts of its rows. */
interface Known {
  columns: string
  rows: TableCell[][]
  texts: string[]
  /** All that were sent since the table was whole. */
  sent: WeakSet<TableCell[]>
  /** So many intervals in a row none of its rows stayed. */
  fruitless: number
}

/** After so many a table is no longer compared, until rows come that were there before or all is whole anyway: where each
 * row has a sum of the interval, none ever stays. */
const MOST_FRUITLESS = 4

const jsonOf = (value: unknown): string => escapeJson(JSON.stringify(value))
const line = (message: Message): string => `${jsonOf(message)}\n`

/** One for each stream; messages to lines. `keyEvery`: intervals from one with whole samples to the next. */
export const createEncoder = (keyEvery: number): ((message: Message) => string) => {
  const sent = new Map<string, { atMs: number; tables: Map<string, Known>; bytes: number }>()
  let intervals = 0
  let isKey = false
  return (message) => {
    if (message.type === 'host') {
      isKey = intervals++ % keyEvery === 0
      return line(isKey ? { ...message, key: true } : message)
    }
    if (message.type !== 'sample' || !isDescribed(message)) return line(message)
    const last = sent.get(message.probe)
    const before = !isKey && last && last.bytes <= MOST_CHANGES_BYTES ? last : undefined
    const known = new Map<string, Known>()
    let keeps = false
    const tables = Object.entries(message.data.tables).map(([id, table]) => {
      const { text, now, kept } = tableText(table, before?.tables.get(id))
      if (now) known.set(id, now)
      keeps ||= kept
      return `${jsonOf(id)}:${text}`
    })
    sent.delete(message.probe)
    if (known.size === 0) return line(message)
    const { data, ...head } = message
    const opening = jsonOf(keeps ? { ...head, base: before!.atMs } : head).slice(0, -1)
    const { tables: _, ...more } = data
    const text = `${opening},"data":{"tables":{${tables.join(',')}},${jsonOf(more).slice(1)}}\n`
    sent.set(message.probe, { atMs: message.atMs, tables: known, bytes: text.length + (keeps ? before!.bytes : 0) })
    return text
  }
}

const tableText = (table: Table, before: Known | undefined): { text: string; now?: Known; kept: boolean } => {
  if (table.rows.length < LEAST_ROWS) return { text: jsonOf(table), kept: false }
  const columns = jsonOf(table.columns)
  const others = table.others ? `,"others":${jsonOf(table.others)}` : ''
  const text = (rows: readonly string[], kept: string): string =>
    `{"columns":${columns}${kept},"rows":[${rows.join(',')}]${others}}`
  const isGivenUp = before !== undefined && before.fruitless >= MOST_FRUITLESS
  if (isGivenUp && before.columns === columns && !table.rows.some((row) => before.sent.has(row)))
    return { text: jsonOf(table), now: { ...before, sent: new WeakSet(table.rows) }, kept: false }
  if (before?.columns !== columns || isGivenUp) {
    const texts = table.rows.map(rowText)
    return {
      text: text(texts, ''),
      now: { columns, rows: table.rows, texts, sent: new WeakSet(table.rows), fruitless: 0 },
      kept: false,
    }
  }
  const { kept, added, texts } = compare(before, table.rows)
  const keeps = kept.length > 2 || kept[0] !== NEW_ROWS
  return {
    text: text(added, keeps ? `,"kept":${JSON.stringify(kept)}` : ''),
    now: { columns, rows: table.rows, texts, sent: before.sent, fruitless: keeps ? 0 : before.fruitless + 1 },
    kept: keeps,
  }
}

/** Which rows are as they were, and the rest. A probe that gives the very same rows again is believed that others are new;
 * of one that makes all anew, rows are the same that read the same. The order is that of now: a row that has changed its
 * place is a new one. */
const compare = (before: Known, rows: TableCell[][]) => {
  const kept: number[] = []
  const added: string[] = []
  const texts: string[] = []
  const placeOf = rows.some((row) => before.sent.has(row)) ? placeByRow(before) : placeByText(before)
  let end = 0
  for (const row of rows) {
    const { at, text = '' } = placeOf(row)
    const isKept = at !== undefined && at >= end
    const own = isKept ? before.texts[at]! : text || rowText(row)
    texts.push(own)
    if (isKept) {
      if (kept.length > 0 && kept.at(-2) !== NEW_ROWS && at === end) kept[kept.length - 1]!++
      else kept.push(at, 1)
      end = at + 1
    } else {
      if (kept.length > 0 && kept.at(-2) === NEW_ROWS) kept[kept.length - 1]!++
      else kept.push(NEW_ROWS, 1)
      added.push(own)
      before.sent.add(row)
    }
  }
  return { kept, added, texts }
}

type PlaceOf = (row: TableCell[]) => { at?: number; text?: string }

/** Rows mostly come in the order of before: looked for a little further on, and only then everywhere. */
const placeByRow = ({ rows, sent }: Known): PlaceOf => {
  let places: Map<TableCell[], number> | undefined
  let next = 0
  return (row) => {
    if (!sent.has(row)) return {}
    let at: number | undefined
    for (let i = next; i < Math.min(rows.length, next + LOOK_AHEAD) && at === undefined; i++)
      if (rows[i] === row) at = i
    at ??= (places ??= new Map(rows.map((each, i) => [each, i]))).get(row)
    if (at !== undefined && at >= next) next = at + 1
    return { at }
  }
}

const placeByText = ({ texts }: Known): PlaceOf => {
  const places = new Map(texts.map((text, i) => [text, i]))
  return (row) => {
    const text = rowText(row)
    return { at: places.get(text), text }
  }
}

/** Undefined where `rows` are not what is wanted. */
const merged = (
  before: readonly TableCell[][],
  kept: readonly number[],
  rows: readonly TableCell[][],
): TableCell[][] | undefined => {
  const all: TableCell[][] = []
  let next = 0
  for (let i = 0; i < kept.length; i += 2) {
    const [from, count] = [kept[i]!, kept[i + 1]!]
    const source = from === NEW_ROWS ? rows : before
    const start = from === NEW_ROWS ? next : from
    if (start + count > source.length || all.length + count > MOST_ROWS) return undefined
    for (let at = start; at < start + count; at++) all.push(source[at]!)
    if (from === NEW_ROWS) next += count
  }
  return next === rows.length ? all : undefined
}

const rowText = (row: readonly TableCell[]): string => jsonOf(row)

/** One for each stream; what came, whole again and without marks. A text: what is wrong with it. */
export const createExpander = (): ((message: Message, bytes: number) => Message | string) => {
  const last = new Map<string, { sample: DescribedSample; bytes: number }>()
  return (message, bytes) => {
    if (message.type === 'hello') last.clear()
    if (message.type === 'host') {
      const { key: _, ...host } = message
      return host
    }
    if (message.type !== 'sample' || !isDescribed(message)) return message
    const { base, ...sample } = message as DescribedSample & { base?: number }
    const before = last.get(sample.probe)
    if (base !== undefined && before?.sample.atMs !== base)
      return `a sample of ${sample.probe} builds on one that is not there`
    const since = bytes + (base === undefined ? 0 : before!.bytes)
    if (since > 2 * MOST_CHANGES_BYTES && base !== undefined) return `samples of ${sample.probe} are never whole`
    const whole = base === undefined ? (message as DescribedSample) : expanded(sample, before!.sample.data)
    if (typeof whole === 'string') return `a sample of ${sample.probe} ${whole}`
    if (last.size >= MOST_PROBES && !last.has(sample.probe)) last.clear()
    last.set(sample.probe, { sample: whole, bytes: since })
    return whole as AnySample
  }
}

const expanded = (sample: DescribedSample, before: TablesData): DescribedSample | string => {
  const tables: Record<string, Table> = {}
  for (const [id, table] of Object.entries(sample.data.tables) as [string, SentTable][]) {
    const { kept, ...whole } = table
    if (!kept) {
      tables[id] = table
      continue
    }
    const base = Object.hasOwn(before.tables, id) ? before.tables[id]! : undefined
    if (!base || base.columns.length !== whole.columns.length) return `keeps rows of a table ${id} that is not there`
    const isSame = kept[0] === 0 && kept[1] === base.rows.length && kept.length === 2 && whole.rows.length === 0
    const rows = isSame ? base.rows : merged(base.rows, kept, whole.rows)
    if (!rows) return `keeps rows that are not there`
    tables[id] = { ...whole, rows }
  }
  return { ...sample, data: { ...sample.data, tables } }
}
