// Rows that did not change are not sent again. A sample of tables that follows another of its probe says which rows of
// that one it keeps and where the others go; every so often, at the first interval of a stream, and when a probe starts,
// samples are whole. Encoder and decoder stand at the two ends of a pipe or a file; nothing else knows of it.
import { escapeJson } from './harmless.ts'
import { sameItems } from './same-items.ts'
import { MOST_ROWS, NEW_ROWS } from './tables.ts'
import type { SentTable, Table, TableCell, TablesData } from './tables.ts'
import { isDescribed } from './stream-types.ts'
import type { AnySample, DescribedSample, Message } from './stream-types.ts'

/** Smaller tables are always whole. */
const LEAST_ROWS = 16
/** Rows by which others may have come or gone between two. */
const LOOK_AHEAD = 64
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

const jsonOf = (value: unknown): string => escapeJson(JSON.stringify(value))
const line = (message: object): string => `${jsonOf(message)}\n`

type Tables = Readonly<Record<string, Table>>

/** One for each stream; messages to lines. `keyEvery`: intervals from one with whole samples to the next. */
export const createEncoder = (keyEvery: number): ((message: Message) => string) => {
  const sent = new Map<string, { atMs: number; tables: Tables; bytes: number }>()
  let intervals = 0
  let isKey = false
  return (message) => {
    if (message.type === 'host') {
      isKey = intervals++ % keyEvery === 0
      return line(isKey ? { ...message, key: true } : message)
    }
    if (message.type !== 'sample' || !isDescribed(message)) return line(message)
    const { probe, atMs, data } = message
    const last = sent.get(probe)
    const before = !isKey && last && last.bytes <= MOST_CHANGES_BYTES ? last : undefined
    const tables = before && changesOf(data.tables, before.tables)
    const text = line(tables ? { ...message, base: before.atMs, data: { ...data, tables } } : message)
    sent.set(probe, { atMs, tables: data.tables, bytes: text.length + (tables ? before.bytes : 0) })
    return text
  }
}

/** As they are sent; undefined where none keeps a row. */
const changesOf = (tables: Tables, before: Tables): Record<string, SentTable> | undefined => {
  let keeps = false
  const all: Record<string, SentTable> = {}
  for (const [id, table] of Object.entries(tables)) {
    const known = Object.hasOwn(before, id) ? before[id] : undefined
    const changes = known && changesOfTable(table, known)
    keeps ||= changes !== undefined
    all[id] = changes ?? table
  }
  return keeps ? all : undefined
}

/** Which rows are as they were, and the rest; undefined where all are the rest. The order is that of now: a row that has
 * changed its place is a new one. Most rows are the very same objects in the same order, which are gone through first. */
const changesOfTable = (table: Table, before: Table): SentTable | undefined => {
  const { rows } = table
  const known = before.rows
  if (Math.min(rows.length, known.length) < LEAST_ROWS || !sameItems(table.columns, before.columns)) return undefined
  const kept: number[] = []
  const added: TableCell[][] = []
  const placeOf = placeIn(known)
  /** Notes that rows of before go on here, up to the one at `end`. */
  let end = -1
  const keep = (at: number, count: number): void => {
    if (at === end) kept[kept.length - 1]! += count
    else kept.push(at, count)
    end = at + count
  }
  for (let i = 0, next = 0; i < rows.length; i++) {
    const from = next
    while (i < rows.length && rows[i] === known[next]) {
      i++
      next++
    }
    if (next > from) keep(from, next - from)
    if (i === rows.length) break
    const row = rows[i]!
    const at = placeOf(row, next)
    if (at !== undefined) {
      keep(at, 1)
      next = at + 1
      continue
    }
    if (kept.at(-2) === NEW_ROWS) kept[kept.length - 1]!++
    else kept.push(NEW_ROWS, 1)
    end = -1
    added.push(row)
  }
  return added.length === rows.length ? undefined : { ...table, kept, rows: added }
}

/** Where a row was that reads the same, behind the one that was found last. Rows mostly come in the order of before, and are
 * looked for a little further on; who is not even known there, by the first cell, where that one was. */
const placeIn = (rows: readonly TableCell[][]): ((row: TableCell[], next: number) => number | undefined) => {
  let places: Map<TableCell, number> | undefined
  return (row, next) => {
    const first = row[0]!
    // of hundreds of new ones all but the first are told by that
    if (places && !places.has(first)) return undefined
    const found = look(rows, row, next)
    if (found !== NOWHERE) return found < 0 ? undefined : found
    places ??= firstPlaces(rows)
    const place = places.get(first)
    const at = place === undefined || place < next ? NOWHERE : look(rows, row, place)
    return at < 0 ? undefined : at
  }
}

/** No row of that first cell is near; or there is one, and it reads otherwise. */
const NOWHERE = -1
const CHANGED = -2

const look = (rows: readonly TableCell[][], row: TableCell[], from: number): number => {
  const first = row[0]
  let found = NOWHERE
  for (let i = from; i < Math.min(rows.length, from + LOOK_AHEAD); i++) {
    if (rows[i]![0] !== first) continue
    if (rows[i] === row || sameItems(rows[i]!, row)) return i
    found = CHANGED
  }
  return found
}

const firstPlaces = (rows: readonly TableCell[][]): Map<TableCell, number> => {
  const places = new Map<TableCell, number>()
  for (let i = rows.length - 1; i >= 0; i--) places.set(rows[i]![0]!, i)
  return places
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
    const from = kept[i]!
    const count = kept[i + 1]!
    const source = from === NEW_ROWS ? rows : before
    const start = from === NEW_ROWS ? next : from
    if (start + count > source.length || all.length + count > MOST_ROWS) return undefined
    for (let at = start; at < start + count; at++) all.push(source[at]!)
    if (from === NEW_ROWS) next += count
  }
  return next === rows.length ? all : undefined
}

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
