// The rows of a map of a script: those that grew most, as many as fit, and the rest in one; and its histograms.
import { histIdOf, tableIdOf } from '../../../model/scripts/tabs.ts'
import { isLevel, singleField } from '../../../model/scripts/singles-tab.ts'
import type { ScriptMap } from '../../../stream/script.ts'
import { cellOf } from '../../../stream/spec.ts'
import type { Histogram, Table, TableCell, TablesData } from '../../../stream/tables.ts'
import type { Bucket } from '../parse.ts'
import { splitKey } from './map-keys.ts'
import { combined, OPEN, type Frame, type Held } from './map-frames.ts'

const MOST_ROWS = 500

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
    if (!(from >= before && to > from && count >= 0 && count <= OPEN && to <= OPEN && from >= -OPEN)) continue
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
  const total = held.n * worth
  if (does === 'stats') return { n: grown?.times ?? 0, sum: (grown?.n ?? 0) * worth, total }
  return { n: (grown?.n ?? 0) * worth, total, value: does === 'value' ? (held.text ?? String(held.n)) : total }
}

export const keyedTable = (map: ScriptMap, now: Frame, grown: Frame, columns: string[]): Table => {
  const { shown, rest } = ordered(now, grown)
  const rows = shown.map((key) => {
    const values = cellsOf(map, now.get(key)!, grown.get(key))
    return [...splitKey(key, map.keys), ...columns.slice(map.keys.length).map((id) => cellOf(values[id]))]
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
        : cellOf(all.reduce((total, each) => total + Number(each[id] ?? 0), 0)),
    ),
  }
}

export const addHist = (
  tables: TablesData['tables'],
  hists: TablesData['hists'],
  { map, index, now }: { map: ScriptMap; index: number; now: Frame },
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

export const singleRow = (map: ScriptMap, now: Frame, grown: Frame, columns: string[]): TableCell[][] => {
  const held = now.get('') ?? { n: 0 }
  const own = grown.get('')
  const field = singleField(map)
  const isGauge = map.printed || map.does === 'value'
  const values: Record<string, TableCell> = {
    name: map.name,
    ...(isLevel(map)
      ? { [`${field}-level`]: held.n * map.worth }
      : {
          [field]: isGauge ? null : (own?.n ?? 0) * map.worth,
          [`${field}-total`]: map.does === 'value' && held.text !== undefined ? null : held.n * map.worth,
        }),
    ...(map.does === 'stats' ? { times: own?.times ?? 0 } : {}),
    ...(map.does === 'value' ? { value: held.text ?? String(held.n) } : {}),
  }
  return [columns.map((id) => cellOf(values[id]))]
}
