// The maps of a running script as tables: what they grew by since they were last read. They are cumulative and subtracted
// here; those that the script prints itself are as it printed them. A key that is gone was deleted; a value that is less
// began anew.
import type { ScriptMap, ScriptPlan } from '../../../stream/script.ts'
import type { Histogram, Table, TableCell, TablesData } from '../../../stream/tables.ts'
import {
  histIdOf,
  isHist,
  isSingle,
  singleField,
  SINGLES,
  specOfScript,
  tableIdOf,
} from '../../../model/scripts/spec.ts'
import type { Bucket, BpftraceMessage } from '../parse.ts'
import type { Value } from '../json.ts'
import { LAST_MAP, MOST_KEYS } from './compose.ts'
import { splitKey } from './keys.ts'

/** What a key has: a number, a count with a sum, a histogram, or something else in words. */
type Held = { n: number; times?: number; buckets?: Bucket[]; text?: string }
type Frame = Map<string, Held>

export type MapMessage = Extract<BpftraceMessage, { type: 'map' | 'stats' | 'hist' }>

const MOST_ROWS = 500
/** Stands for no bound; finite, as it crosses the stream. */
const OPEN = 2 ** 80

interface Kept {
  map: ScriptMap
  index: number
  now: Frame
  read: Frame
  /** Printed and emptied by the script since the last reading. */
  added?: Frame
  isFull: boolean
}

export interface Maps {
  /** `asked`: printed because we asked. False: it was the last one. */
  add(message: MapMessage, asked: boolean): boolean
  /** All that were asked for are there: those that are not are empty. */
  complete(): void
  /** Ends the interval; at first, what there was already. */
  read(): Pick<TablesData, 'tables' | 'hists'> & { notes: string[] }
}

export const createMaps = (plan: ScriptPlan): Maps => {
  const kept = plan.maps.map((map, index): Kept => ({ map, index, now: new Map(), read: new Map(), isFull: false }))
  const spec = specOfScript(plan)
  const seen = new Set<string>()

  return {
    add(message, asked) {
      if (message.name === LAST_MAP) return false
      const one = kept.find(({ map }) => map.name === message.name)
      if (!one || (asked && one.map.printed)) return true
      const frame = frameOf(message)
      seen.add(message.name)
      one.now = frame
      one.isFull = frame.size >= MOST_KEYS
      if (one.map.cleared) one.added = one.added ? sum(one.added, frame) : frame
      return true
    },
    complete() {
      for (const one of kept) if (!one.map.printed && !seen.has(one.map.name)) one.now = new Map()
      seen.clear()
    },
    read() {
      const tables: TablesData['tables'] = {}
      const hists: TablesData['hists'] = {}
      const singles: TableCell[][] = []
      const columns = (table: string): string[] => spec.tables[table]!.map(({ id }) => id)
      for (const one of kept) {
        const { map, index, now, read } = one
        const grown = map.cleared
          ? (one.added ?? new Map<string, Held>())
          : map.printed && !isHist(map)
            ? now
            : growth(now, read)
        if (isSingle(map)) singles.push(...singleRow(map, now, grown, columns(SINGLES)))
        else if (isHist(map)) addHist(tables, hists, one, grown, columns(tableIdOf(index)))
        else tables[tableIdOf(index)] = keyedTable(map, now, grown, columns(tableIdOf(index)))
        one.read = now
        one.added = undefined
      }
      if (Object.hasOwn(spec.tables, SINGLES)) tables[SINGLES] = { columns: columns(SINGLES), rows: singles }
      const full = kept.filter(({ isFull }) => isFull).map(({ map }) => map.name)
      return {
        tables,
        hists,
        notes: full.length > 0 ? [`${full.join(', ')}: the ${MOST_KEYS} largest keys; there may be more`] : [],
      }
    },
  }
}

const frameOf = (message: MapMessage): Frame => {
  const frame: Frame = new Map()
  const put = (key: string, held: Held): void => {
    const before = frame.get(key)
    // two keys can be printed as the same text
    frame.set(key, before ? plus(before, held) : held)
  }
  if (message.type === 'hist') {
    if (message.entries) for (const [key, buckets] of message.entries.slice(0, MOST_KEYS)) put(key, histOf(buckets))
    else put('', histOf(message.buckets ?? []))
  } else if (message.entries) for (const [key, value] of message.entries.slice(-MOST_KEYS)) put(key, heldOf(value))
  else if (message.value !== undefined) put('', heldOf(message.value))
  return frame
}

const histOf = (buckets: Bucket[]): Held => ({ n: buckets.reduce((total, { count }) => total + count, 0), buckets })

const heldOf = (value: Value): Held => {
  if (typeof value === 'number') return { n: value }
  if (typeof value === 'bigint') return { n: Number(value) }
  if (typeof value === 'boolean') return { n: Number(value) }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const field = (name: string): number => Number(value.entries.find(([key]) => key === name)?.[1] ?? NaN)
    const [times, total] = [field('count'), field('total')]
    if (Number.isFinite(times) && Number.isFinite(total)) return { n: total, times }
  }
  return { n: 0, text: wordsOf(value).slice(0, 1000) }
}

export const wordsOf = (value: Value): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? `(${value.slice(0, 32).map(wordsOf).join(', ')})`
      : typeof value === 'object' && value !== null
        ? `{${value.entries
            .slice(0, 32)
            .map(([key, each]) => `${key}: ${wordsOf(each)}`)
            .join(', ')}}`
        : String(value)

const plus = (a: Held, b: Held): Held => ({
  n: a.n + b.n,
  ...(a.times === undefined ? {} : { times: a.times + (b.times ?? 0) }),
  ...(a.buckets ? { buckets: combined(a.buckets, b.buckets ?? [], 1) } : {}),
  ...(b.text === undefined ? {} : { text: b.text }),
})

const sum = (a: Frame, b: Frame): Frame => {
  const all = new Map(a)
  for (const [key, held] of b) all.set(key, all.has(key) ? plus(all.get(key)!, held) : held)
  return all
}

/** What is more than it was; a value that is less began anew. */
const growth = (now: Frame, before: Frame): Frame => {
  const grown: Frame = new Map()
  for (const [key, held] of now) {
    const old = before.get(key)
    const isAnew = !old || old.n > held.n || (old.times ?? 0) > (held.times ?? 0)
    grown.set(
      key,
      isAnew
        ? held
        : {
            n: held.n - old.n,
            ...(held.times === undefined ? {} : { times: held.times - (old.times ?? 0) }),
            ...(held.buckets ? { buckets: combined(held.buckets, old.buckets ?? [], -1) } : {}),
          },
    )
  }
  return grown
}

/** Both ascending. */
const combined = (a: readonly Bucket[], b: readonly Bucket[], sign: 1 | -1): Bucket[] => {
  const of = new Map<number, Bucket>(a.map((bucket) => [bucket.min ?? -OPEN, { ...bucket }]))
  for (const bucket of b) {
    const at = bucket.min ?? -OPEN
    const mine = of.get(at)
    if (mine) mine.count = Math.max(0, mine.count + sign * bucket.count)
    else if (sign > 0) of.set(at, { ...bucket })
  }
  return [...of].sort(([x], [y]) => x - y).map(([, bucket]) => bucket)
}

/** Few ranges with those between in which there is nothing: then they are a scale. */
const SCALE = 64

const MOST_RANGES = 1000

/** Ascending and apart from each other, whatever was printed. */
const rangesOf = (buckets: readonly Bucket[], { worth, unit }: ScriptMap): Histogram => {
  const shown = buckets.length <= SCALE ? buckets : buckets.filter(({ count }) => count > 0)
  const ranges: number[] = []
  let total = 0
  let before = -Infinity
  for (const { min, max, count } of shown.slice(0, MOST_RANGES)) {
    const from = min === undefined ? -OPEN : min * worth
    const to = max === undefined ? OPEN : (max + 1) * worth
    if (!(from >= before && to > from && count >= 0 && to <= OPEN && from >= -OPEN)) continue
    ranges.push(from, to, count)
    total += count
    before = to
  }
  return { scale: 'ranges', unit, buckets: ranges, count: total }
}

/** Rows with most growth first, as many as fit; the rest in one. */
const ordered = (now: Frame, grown: Frame): { shown: string[]; rest: string[] } => {
  const keys = [...now.keys()]
  if (keys.length <= MOST_ROWS) return { shown: keys, rest: [] }
  const rank = (key: string): number => Math.abs(grown.get(key)?.n ?? 0)
  keys.sort((a, b) => rank(b) - rank(a) || Math.abs(now.get(b)!.n) - Math.abs(now.get(a)!.n))
  return { shown: keys.slice(0, MOST_ROWS), rest: keys.slice(MOST_ROWS) }
}

/** A cell by its column. */
const cellsOf = (map: ScriptMap, held: Held, grown: Held | undefined): Record<string, TableCell> => {
  const { worth, does } = map
  const total = (does === 'stats' ? held.n : held.n) * worth
  if (does === 'stats') return { n: grown?.times ?? 0, sum: (grown?.n ?? 0) * worth, total }
  return { n: (grown?.n ?? 0) * worth, total, value: does === 'value' ? (held.text ?? String(held.n)) : total }
}

const keyedTable = (map: ScriptMap, now: Frame, grown: Frame, columns: string[]): Table => {
  const { shown, rest } = ordered(now, grown)
  const rows = shown.map((key) => {
    const values = cellsOf(map, now.get(key)!, grown.get(key))
    return [...splitKey(key, map.keys), ...columns.slice(map.keys.length).map((id) => values[id] ?? null)]
  })
  if (rest.length === 0) return { columns, rows }
  const all = rest.map((key) => cellsOf(map, now.get(key)!, grown.get(key)))
  return {
    columns,
    rows,
    others: columns.map((id, index) =>
      index < map.keys.length || id === 'value'
        ? index === 0 && map.keys[0]!.is !== 'int'
          ? 'others'
          : null
        : all.reduce((total, each) => total + Number(each[id] ?? 0), 0),
    ),
  }
}

const addHist = (
  tables: TablesData['tables'],
  hists: TablesData['hists'],
  { map, index, now }: Kept,
  grown: Frame,
  columns: string[],
): void => {
  const table = tableIdOf(index)
  const whole = [...grown.values()].reduce<Bucket[]>((all, { buckets }) => combined(all, buckets ?? [], 1), [])
  hists[histIdOf(index)] = rangesOf(whole, map)
  if (map.keys.length === 0) {
    const counted = new Map(whole.map((bucket) => [bucket.min ?? -OPEN, bucket.count]))
    const all = map.cleared ? whole : (now.get('')?.buckets ?? [])
    tables[table] = {
      columns,
      rows: all
        .slice(0, 1100)
        .map(({ min, max, count }) => [
          min === undefined ? null : min * map.worth,
          max === undefined ? null : (max + 1) * map.worth,
          counted.get(min ?? -OPEN) ?? 0,
          count,
        ]),
    }
    return
  }
  const { shown, rest } = ordered(map.cleared ? grown : now, grown)
  tables[table] = {
    columns,
    rows: shown.map((key, row) => {
      const own = grown.get(key)
      const name = `${histIdOf(index)} ${row}`
      if (own && own.n > 0) hists[name] = rangesOf(own.buckets ?? [], map)
      return [...splitKey(key, map.keys), own?.n ?? 0, (now.get(key) ?? own)!.n, own && own.n > 0 ? name : null]
    }),
    ...(rest.length > 0
      ? {
          others: columns.map((id, column) =>
            id === 'n'
              ? rest.reduce((total, key) => total + (grown.get(key)?.n ?? 0), 0)
              : id === 'total'
                ? rest.reduce((total, key) => total + now.get(key)!.n, 0)
                : column === 0 && map.keys[0]!.is !== 'int'
                  ? 'others'
                  : null,
          ),
        }
      : {}),
  }
}

const singleRow = (map: ScriptMap, now: Frame, grown: Frame, columns: string[]): TableCell[][] => {
  const held = now.get('') ?? { n: 0 }
  const own = grown.get('')
  const field = singleField(map)
  const isGauge = map.printed || ['avg', 'min', 'max', 'value'].includes(map.does)
  const values: Record<string, TableCell> = {
    name: map.name,
    [field]: isGauge ? null : (own?.n ?? 0) * map.worth,
    [`${field}-total`]: map.does === 'value' && held.text !== undefined ? null : held.n * map.worth,
    ...(map.does === 'stats' ? { times: own?.times ?? 0 } : {}),
    ...(map.does === 'value' ? { value: held.text ?? String(held.n) } : {}),
  }
  return [columns.map((id) => values[id] ?? null)]
}
