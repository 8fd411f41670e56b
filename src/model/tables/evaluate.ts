// The operators of specs: what a column or a figure makes of the fields it names. Unknown stays unknown: a cell that is
// missing, a division by nothing, a percentile of too few.
import type { Expression, ProbeSpec, ResultUnit } from '../../stream/spec.ts'
import type { FieldSpec, Unit } from '../../stream/fields.ts'
import type { Histogram, Table, TableCell, TablesData } from '../../stream/tables.ts'
import { percentOf, perSecond } from '../base/rates.ts'
import { histIn, percentileOf } from './histograms.ts'

type Value = string | number | undefined

/** What the operators ask. All by the name of an operand. */
export interface Operands {
  intervalMs: number
  /** Of the row in its table, from 1 on. */
  place?: number
  /** The instant that the sample is of, on its rows' clock. */
  clockNs?: number | undefined
  value(name: string): Value
  /** In the sample before. */
  before(name: string): Value
  /** From the sample's end to the instant shown. */
  sinceMs?: number
  /** Over all rows. */
  total(name: string): number
  histogram(name: string): Histogram | undefined
  /** What a panel of ours makes of it. */
  named?(name: string): Value
}

export const evaluate = (expression: Expression, of: Operands): Value => {
  const numeric = (name: string): number | undefined => {
    const value = of.value(name)
    return typeof value === 'number' ? value : undefined
  }
  const with1 = (name: string, use: (value: number) => number | undefined): number | undefined => {
    const value = numeric(name)
    return value === undefined ? undefined : use(value)
  }
  if ('value' in expression) return of.value(expression.value)
  if ('place' in expression) return of.value(expression.place) === undefined ? undefined : of.place
  if ('perSecond' in expression) return with1(expression.perSecond, (value) => perSecond(value, of.intervalMs))
  if ('timeShare' in expression) return percentOf(togetherOf(expression.timeShare, numeric), of.intervalMs)
  if ('timeShareOf' in expression) {
    const [ns, throughout] = [numeric(expression.timeShareOf[0]), numeric(expression.timeShareOf[1])]
    return ns === undefined || throughout === undefined ? undefined : percentOf(ns, of.intervalMs) + 100 * throughout
  }
  if ('ratio' in expression) return quotient(numeric(expression.ratio[0]), numeric(expression.ratio[1]), 1)
  if ('share' in expression) return quotient(numeric(expression.share[0]), numeric(expression.share[1]), 100)
  if ('shareOfTotal' in expression)
    return quotient(numeric(expression.shareOfTotal), of.total(expression.shareOfTotal), 100)
  if ('delta' in expression) {
    const [now, before] = [of.value(expression.delta), of.before(expression.delta)]
    return typeof now === 'number' && typeof before === 'number' ? now - before : undefined
  }
  if ('ago' in expression) return with1(expression.ago, (value) => value + (of.sinceMs ?? 0))
  if ('since' in expression) return with1(expression.since, (ns) => lastedNs(of, ns))
  if ('named' in expression) return of.named?.(expression.named)
  const hist = of.histogram(expression.percentile)
  return hist && hist.count >= leastFor(expression.p) ? percentileOf(hist, expression.p / 100) : undefined
}

/** So many values a percentile takes: of fewer it would be the largest under another name. Of that itself any will do. */
export const leastFor = (p: number): number => (p >= 100 ? 1 : Math.ceil(1 / (1 - Math.min(p, 99.99) / 100) - 1e-9))

/** Of several fields the sum, where the first is known. */
export const togetherOf = (
  names: string | readonly string[],
  numeric: (name: string) => number | undefined,
): number | undefined => {
  if (typeof names === 'string') return numeric(names)
  let sum = numeric(names[0]!)
  for (let i = 1; i < names.length && sum !== undefined; i++) sum += numeric(names[i]!) ?? 0
  return sum
}

/** How long something has been so, since an instant on the clock of a sample. */
export const lastedNs = ({ clockNs }: { clockNs?: number | undefined }, sinceNs: number): number | undefined =>
  clockNs === undefined ? undefined : Math.max(0, clockNs - sinceNs)

const quotient = (a: number | undefined, b: number | undefined, by: number): number | undefined =>
  a === undefined || !b ? undefined : (by * a) / b

/** How the result is written: the unit of the operand, or what the operator makes of it. */
export const resultKind = (expression: Expression, unitOf: (name: string) => Unit): ResultUnit => {
  if ('named' in expression) return expression.as
  if ('value' in expression) return unitOf(expression.value)
  if ('place' in expression) return 'count'
  if ('since' in expression) return 'ns'
  if ('perSecond' in expression) return unitOf(expression.perSecond) === 'bytes' ? 'byteRate' : 'rate'
  if ('ratio' in expression) return unitOf(expression.ratio[0])
  if ('delta' in expression) return unitOf(expression.delta)
  if ('ago' in expression) return 'ms'
  if ('percentile' in expression) return unitOf(expression.percentile)
  return 'percent'
}

/** Operands of one row; `earlier` is the same row of the sample before. */
export const ofRow = (
  data: TablesData,
  table: Table,
  row: readonly TableCell[],
  earlier: { table: Table; row: readonly TableCell[] } | undefined,
  intervalMs: number,
  totals: Map<string, number>,
  index: number,
): Operands => {
  const cell = (from: Table, cells: readonly TableCell[], name: string): Value => {
    const at = from.columns.indexOf(name)
    return at < 0 ? undefined : (cells[at] ?? undefined)
  }
  return {
    intervalMs,
    place: index + 1,
    clockNs: data.clockNs,
    value: (name) => cell(table, row, name),
    before: (name) => earlier && cell(earlier.table, earlier.row, name),
    total: (name) => {
      let sum = totals.get(name)
      if (sum === undefined) totals.set(name, (sum = sumOf(table, name)))
      return sum
    },
    histogram: (name) => histIn(data.hists, cell(table, row, name)),
  }
}

/** Operands of figures: totals, `table.field` as the sum over its rows, histograms by their own name. */
export const ofSample = (data: TablesData, before: TablesData | undefined, intervalMs: number): Operands => {
  const named = (from: TablesData, name: string): Value => {
    if (Object.hasOwn(from.totals, name)) return from.totals[name]
    const [table, field] = name.split('.') as [string, string?]
    return field !== undefined && Object.hasOwn(from.tables, table) ? sumOf(from.tables[table]!, field) : undefined
  }
  return {
    intervalMs,
    clockNs: data.clockNs,
    value: (name) => named(data, name),
    before: (name) => before && named(before, name),
    total: () => 0,
    histogram: (name) => histIn(data.hists, name),
  }
}

/** Of all these operands together. */
export const countedIn = (data: TablesData, operands: readonly string[]): number =>
  operands.reduce((sum, operand) => sum + countedOf(data, operand), 0)

/** How many there were: a total, the sum over a field of a table, or how many rows a table has. */
const countedOf = ({ tables, totals }: TablesData, operand: string): number => {
  if (Object.hasOwn(totals, operand)) return totals[operand]!
  const [table, field] = operand.split('.') as [string, string?]
  if (!Object.hasOwn(tables, table)) return 0
  return field === undefined ? tables[table]!.rows.length : sumOf(tables[table]!, field)
}

const sumOf = (table: Table, name: string): number => {
  const at = table.columns.indexOf(name)
  if (at < 0) return 0
  const all = table.others ? [...table.rows, table.others] : table.rows
  return all.reduce((sum, row) => sum + (typeof row[at] === 'number' ? row[at] : 0), 0)
}

/** Units of the operands that figures may name. */
export const figureUnits = ({ totals = [], hists = [], tables }: ProbeSpec): ((name: string) => Unit) => {
  const units = new Map<string, Unit>([
    ...Object.entries(tables).flatMap(([table, fields]) =>
      fields.map(({ id, unit }): [string, Unit] => [`${table}.${id}`, unit]),
    ),
    ...hists.map(({ id, unit }): [string, Unit] => [id, unit]),
    ...totals.map(({ id, unit }): [string, Unit] => [id, unit]),
  ])
  return (name) => units.get(name) ?? 'count'
}

export const fieldUnits =
  (fields: readonly FieldSpec[]): ((name: string) => Unit) =>
  (name) =>
    fields.find(({ id }) => id === name)?.unit ?? 'count'
