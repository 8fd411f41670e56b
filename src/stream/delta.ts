// Rows that did not change are not sent again. A sample of tables that follows another of its probe says which rows of
// that one it keeps and adds the others; every so often, at the first interval of a stream, and when a probe starts,
// samples are whole. Encoder and decoder stand at the two ends of a pipe or a file; nothing else knows of it.
import { escapeJson } from './harmless.ts'
import { MOST_ROWS } from './tables.ts'
import type { SentTable, Table, TableCell, TablesData } from './tables.ts'
import { isDescribed } from './types.ts'
import type { AnySample, DescribedSample, Message } from './types.ts'

/** Smaller tables are always whole. */
const LEAST_ROWS = 16
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
}

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
    const before = isKey || (last?.bytes ?? 0) > MOST_CHANGES_BYTES ? undefined : last
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
    const rest = `"hists":${jsonOf(data.hists)},"totals":${jsonOf(data.totals)}`
    const text = `${opening},"data":{"tables":{${tables.join(',')}},${rest}}}\n`
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
  if (before?.columns !== columns) {
    const texts = table.rows.map(rowText)
    return { text: text(texts, ''), now: { columns, rows: table.rows, texts }, kept: false }
  }
  const { runs, now, added, addedTexts } = compare(before, table.rows)
  const rows = added.length === 0 && runs[1] === now.length ? now : keptOf(now, runs, added)
  const texts = rows === now ? before.texts : keptOf(before.texts, runs, addedTexts)
  const kept = runs.length > 0
  return { text: text(addedTexts, kept ? `,"kept":${JSON.stringify(runs)}` : ''), now: { columns, rows, texts }, kept }
}

/** Which rows are as they were, the very same or the same in words, and the rest. */
const compare = (before: Known, rows: readonly TableCell[][]) => {
  const added: TableCell[][] = []
  const addedTexts: string[] = []
  const stays = new Uint8Array(before.rows.length)
  let now = before.rows
  const places = createPlaces(before)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    let at = before.rows[i] === row ? i : places.ofRow(row)
    let text: string | undefined
    if (at === undefined) at = places.ofText((text = rowText(row)))
    if (at !== undefined && stays[at] === 0) {
      stays[at] = 1
      // it is the one to be looked for next time
      if (now[at] !== row) {
        if (now === before.rows) now = before.rows.slice()
        now[at] = row
      }
    } else {
      added.push(row)
      addedTexts.push(text ?? rowText(row))
    }
  }
  return { runs: runsOf(stays), now, added, addedTexts }
}

/** Made when they are first needed: in an idle table each row is where it was. */
const createPlaces = ({ rows, texts }: Known) => {
  let byRow: Map<TableCell[], number> | undefined
  let byText: Map<string, number> | undefined
  return {
    ofRow: (row: TableCell[]) => (byRow ??= new Map(rows.map((each, at) => [each, at]))).get(row),
    ofText: (text: string) => (byText ??= new Map(texts.map((each, at) => [each, at]))).get(text),
  }
}

const runsOf = (stays: Uint8Array): number[] => {
  const runs: number[] = []
  for (let at = 0; at < stays.length; at++) {
    if (stays[at] === 0) continue
    if (at > 0 && stays[at - 1] === 1) runs[runs.length - 1]!++
    else runs.push(at, 1)
  }
  return runs
}

const keptOf = <T>(before: readonly T[], runs: readonly number[], added: readonly T[]): T[] => {
  const all: T[] = []
  for (let i = 0; i < runs.length; i += 2) {
    const end = runs[i]! + runs[i + 1]!
    for (let at = runs[i]!; at < end; at++) all.push(before[at]!)
  }
  for (const each of added) all.push(each)
  return all
}

const rowText = (row: readonly TableCell[]): string => jsonOf(row)

/** One for each stream; what came, whole again and without marks. A text: what is wrong with it. */
export const createExpander = (): ((message: Message, bytes: number) => Message | string) => {
  const last = new Map<string, { sample: DescribedSample; bytes: number }>()
  return (message, bytes) => {
    if (message.type === 'hello') last.clear()
    if (message.type === 'host' && message.key) {
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
    const end = kept.length > 0 ? kept.at(-2)! + kept.at(-1)! : 0
    if (end > base.rows.length || base.rows.length + whole.rows.length > MOST_ROWS)
      return `keeps rows that are not there`
    const isSame = kept[1] === base.rows.length && whole.rows.length === 0
    tables[id] = { ...whole, rows: isSame ? base.rows : keptOf(base.rows, kept, whole.rows) }
  }
  return { ...sample, data: { ...sample.data, tables } }
}
