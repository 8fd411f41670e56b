// What a probe says of itself: its hooks, its tables with their fields, and the panels that show them, as data. It is
// announced on the stream before the probe's samples, so that a recording describes itself. From here or from anywhere:
// spec-check.ts looks at those that come in. A spec of ours is a constant (`as const satisfies ProbeSpec`), and the
// rows its decoder gives have the type RowOf<>, so that nothing is written twice.
import type { OptionSpec } from './probe-options.ts'
import { placesIn } from './row-places.ts'
import { RowReader } from './row-reader.ts'
import type { Area } from './areas.ts'
import type { Tier } from './cost-message.ts'
import type { Dimension, FieldSpec, Unit } from './fields.ts'
import type { Table, TableCell } from './tables.ts'

export interface HistSpec {
  id: string
  unit: Unit
  /** `table.field` of the histograms it is the sum of: by these it is told apart, and where it is not sent itself it is
   * made of them. */
  parts?: string
  /** It counts microseconds, not events: the name of the share of time that they are. */
  timeAs?: string
}

/** Rows of a table as a finer one has them, where only that one tells a selection. Counters are summed, the rest stays. */
export interface RollupSpec {
  of: string
  from: string
  /** Fields that both have. */
  key: readonly string[]
  /** The finer one has the most frequent only: what is left of that table is one row so called. */
  rest?: { table: string; label: string }
  /** What the rows then are, as in `time blocked in futex`. */
  says?: string
}

/** A field of the row. Of a figure: a total, or `table.field` for the sum over the rows shown, or a histogram. */
export type Operand = string

/** The closed set of operators; exactly one each. */
export type Expression =
  /** As it is. */
  | { value: Operand }
  /** Of a row that has it: which of its table it is, from 1 on, where these come in an order that says something. */
  | { place: Operand }
  /** Per second of the interval. */
  | { perSecond: Operand }
  /** ns as percent of clock time; of several together, where the first is known and others that are not are none. */
  | { timeShare: Operand | readonly Operand[] }
  /** The same where the second says how many did so throughout, whose time the first does not have. */
  | { timeShareOf: readonly [Operand, Operand] }
  /** The first by the second, in the unit of the first. */
  | { ratio: readonly [Operand, Operand] }
  /** The first in percent of the second. */
  | { share: readonly [Operand, Operand] }
  /** In percent of the sum over all rows. */
  | { shareOfTotal: Operand }
  /** Change since the sample before. */
  | { delta: Operand }
  /** Of an event: how long ago it was, in ms; the field says how long before its sample's end. */
  | { ago: Operand }
  /** Of an instant on the clock of the sample (`clockNs`), in ns: how long it has been so. */
  | { since: Operand }
  /** Of a histogram, in percent; from as many events on as a percentile takes. */
  | { percentile: Operand; p: number }
  /** What a panel of ours makes of several fields, by its name there: whoever does not know it leaves the column out. */
  | { named: string; as: ResultUnit }

/** The fields that an expression names. */
export const operandsOf = (expression: Expression): readonly Operand[] =>
  'named' in expression
    ? []
    : Object.entries(expression).flatMap(([key, value]) => (key === 'p' ? [] : (value as string | readonly string[])))

/** How a result is written: a unit, or so many of it per second; `states` is a letter an interval, newest last, `shares` one for
 * each hundredth. */
export type ResultUnit = Unit | 'rate' | 'byteRate' | 'states' | 'shares'

/** From where on a value draws the attention. */
export interface Thresholds {
  warn?: number
  bad?: number
}

export interface ColumnSpec {
  id: string
  title: string
  /** One line for the help page. */
  help: string
  value: Expression
  /** When the width does not suffice, columns with higher numbers go first. */
  priority: number
  /** Texts: least width, and whether the rest of the line goes to it. */
  width?: number
  grow?: boolean
  /** As wide as this before a column of priority 3 or more has a place. */
  wide?: number
  /** Cut in the middle: both ends tell. */
  middle?: boolean
  /** Only where there is room to look closely. */
  detail?: boolean
  thresholds?: Thresholds
  /** The rule of the verdict whose thresholds are its own. */
  rule?: string
  /** A share of all there is: drawn as a bar, too, where there is room. */
  bar?: boolean
}

export interface FigureSpec {
  label: string
  value: Expression
  thresholds?: Thresholds
  /** Left out where it is not known. */
  rare?: boolean
  /** Of one that is named: made of fields that are exact in the cheaper tier, too. */
  exact?: boolean
}

export interface TabSpec {
  id: string
  label: string
  /** What its rows are, where the panel's title does not say it. */
  rows?: string
  table: string
  /** Fields of it without which a row says nothing here. */
  about?: readonly string[]
  /** Fields that say which row it is, the same from one interval to the next. */
  key: readonly string[]
  columns: readonly ColumnSpec[]
  sort: { column: string; descending: boolean }
  figures?: readonly FigureSpec[]
  /** Histograms which together are the heat map: of ns, or in ranges of their own. */
  hists?: readonly string[]
  /** The table lists events: those of the last intervals are shown as well. */
  events?: boolean
  /** Of those the last so many, however long ago. */
  most?: number
  /** A row is a thread, called as this field says, and leads to it before all else. */
  threadName?: string
  /** The option of the probe that it is made with: on only while this is looked at. */
  wants?: string
  /** The kernel tells its rows of the target, though they do not say whose they are. */
  ofTarget?: boolean
}

export interface PanelSpec {
  id: string
  /** A digit, if it is still free. */
  key?: string
  title: string
  question: string
  howToRead: string
  /** Where it is listed. */
  area?: Area
  /** It is about what is selected: opened from a row, that is entered. */
  ofSelection?: boolean
  /** Other panels offer it in the last line. */
  isOffered?: boolean
  /** Some of its rows only wait to be asked for something: left out unless wanted. */
  hasIdle?: boolean
  /** Two tabs that tell as much: where there is room, the one that is not shown stands beside; the first rather. */
  bothTabs?: readonly [string, string]
  /** Another probe whose samples of the same time its rows need. */
  beside?: string
  /** One number a sample for the chart of a panel without histograms. */
  trend?: FigureSpec
  /** Who has to do with one of these: that is entered here where the panel it is selected in lists no processes. */
  whoOf?: readonly Dimension[]
  /** Powers of two (ns) the heat map spans. */
  heatBits?: readonly [from: number, to: number]
  tabs: readonly TabSpec[]
}

export interface HookSpec {
  /** A tracepoint by name, an iterator as `iter/task`. */
  name: string
  /** The probe can do without. */
  optional?: boolean
  /** At it is only what runs in the probe's place where that costs too much. */
  cheaper?: boolean
}

/** A way to its numbers where its hooks cost too much, and what is known then. */
export interface CheaperSpec {
  is: Tier['is']
  gives: string
  /** Of what it is said how far it may be off, where not of all totals. */
  estimates?: string
}

export interface ProbeSpec {
  id: string
  kind: 'core' | 'bpftrace' | 'command' | 'proc'
  hooks: readonly HookSpec[]
  /** What it can be told beyond whether it runs. */
  options: readonly OptionSpec[]
  /** Probes whose samples are joined to its rows. */
  needs?: readonly string[]
  /** One cheaper than the other. Absent: it has no cheaper way, and is in full whatever it costs. */
  cheaper?: readonly CheaperSpec[]
  tells?: TellsSpec
  tables: { readonly [table: string]: readonly FieldSpec[] }
  /** Tables that stay when the others are dropped with age: those of few rows, or of what it is all about. */
  lasting?: readonly string[]
  totals?: readonly FieldSpec[]
  hists?: readonly HistSpec[]
  rollups?: readonly RollupSpec[]
  /** What its samples say is `lost`: of what, and why. Absent: events that it could not keep. */
  loss?: LossSpec
  panels: readonly PanelSpec[]
  /** What runs, where that is a script. */
  source?: string
}

/** Its rows have all processes that have to do with one of these: through them other probes are narrowed to it. */
export interface TellsSpec {
  of: readonly Dimension[]
  /** What such a process has, as in `processes with a session of`. */
  by: string
}

export interface LossSpec {
  events: string
  why: string
  /** What was counted: a total, `table.field` for the sum over its rows, or a table for how many it has. */
  of: readonly Operand[]
  /** Lost ones are in none of the counts. */
  uncounted?: boolean
}

/** Before its first sample, and again when the engine was started anew. */
export interface ProbeMessage {
  type: 'probe'
  atMs: number
  spec: ProbeSpec
}

type CellOf<F extends FieldSpec> = F['kind'] extends 'histogram'
  ? string | null
  : F['unit'] extends 'text'
    ? string | null
    : number | null

/** A row of a table as an object; null is not known. */
export type RowOf<Fields extends readonly FieldSpec[]> = { [F in Fields[number] as F['id']]: CellOf<F> }

/** The same as its cells, in the order of the fields. */
export type CellsOf<Fields extends readonly FieldSpec[]> = {
  -readonly [Place in keyof Fields]: CellOf<Fields[Place]>
}

/** Rows of a table in columns. Numbers that are none become unknown. */
export const tableOf = <const Fields extends readonly FieldSpec[]>(
  fields: Fields,
  rows: readonly RowOf<Fields>[],
): Table => createTable(fields)(rows)

/** Whether two rows have the same cells, those of the second. */
export const sameRow = <Row extends object>(a: Row, b: Row): boolean => {
  for (const field in b) if (a[field] !== b[field]) return false
  return true
}

/** The same from one interval to the next: a row that is the very same object has the very same cells, so that nobody
 * need look whether it has changed. */
export const createTable = <const Fields extends readonly FieldSpec[]>(
  fields: Fields,
): ((rows: readonly RowOf<Fields>[]) => Table) => {
  const columns = fields.map(({ id }) => id)
  let last: { rows: readonly RowOf<Fields>[]; cells: TableCell[][] } = { rows: [], cells: [] }
  return (rows) => {
    const placeBefore = placesIn(last.rows)
    const cells: TableCell[][] = []
    for (let at = 0; at < rows.length; at++) {
      const place = placeBefore(rows[at]!, at)
      cells.push(place < 0 ? cellsOf(rows[at]!, columns) : last.cells[place]!)
    }
    last = { rows: [...rows], cells }
    return { columns, rows: cells }
  }
}

const cellsOf = (row: object, columns: readonly string[]): TableCell[] => {
  // made as it is to be
  if (row instanceof RowReader) return RowReader.row(row) as TableCell[]
  const cells: TableCell[] = []
  for (let i = 0; i < columns.length; i++) cells.push(cellOf((row as Record<string, TableCell>)[columns[i]!]))
  return cells
}

/** Unknown is what is neither text nor a number that can be sent. */
export const cellOf = (cell: TableCell | undefined): TableCell =>
  typeof cell === 'string' || Number.isFinite(cell) ? cell! : null
