// Reads what a tool of bcc prints, line by line, and makes of it what scripts make: rows of events, tables, histograms,
// stacks, text. What the panel has follows from what came: a plan that grows, in which nothing once found is taken away.
import { columnsOf, headingOf, partsOf, widened, type Heading } from '../../model/tools/heading.ts'
import { SCRIPT_LIMITS, type ScriptMap, type ScriptPlan } from '../../stream/script.ts'
import type { TableCell } from '../../stream/tables.ts'
import { MOST_LINES, rowOf, type PrintedLine } from '../bpftrace/script/output-lines.ts'
import type { MapMessage } from '../bpftrace/script/map-frames.ts'
import { createHistograms, isSection, type DrawnHistogram } from './histograms.ts'
import { createBlocks, foldedOf, type WeighedStack } from './folded-stacks.ts'

/** What was printed since the last call. */
export interface Taken {
  maps: MapMessage[]
  lines: PrintedLine[]
  /** Where the same one is printed again and again. */
  table?: TableCell[][]
  lost: number
}

interface Adapter {
  line(text: string, atMs: number): void
  /** Another object when there is more in it. */
  plan(): ScriptPlan
  /** What it said shows that it has attached: more than text. */
  hasBegun(): boolean
  /** When the last line came, if only an empty one: what prints nothing says so by that. */
  lastMs(): number
  /** `isWhole`: what is open is not gone on with. */
  take(isWhole: boolean): Taken
}

const LONGEST_LINE = 16_384
const LONGEST_CELL = 1000
const MOST_TABLE_ROWS = 500
/** Told to a person who waits: what is traced, when it was printed. */
const GREETING = /^(Tracing|Sampling|Collecting)\b|Ctrl-?C to (end|quit)|^\[?\d\d:\d\d:\d\d\]?( loadavg: .*)?$/i

/** `isTime`: numbers behind folded stacks are microseconds. */
export const createAdapter = (first: ScriptPlan, isTime: boolean): Adapter => {
  let plan: ScriptPlan = { ...first, prints: false }
  let heading: (Heading & { text: string; times: number }) | undefined
  let before = ''
  let lines: PrintedLine[] = []
  let table: TableCell[][] = []
  let stacks: WeighedStack[] = []
  let lost = 0
  let lastMs = -Infinity
  let hasBegun = false
  const histograms = createHistograms()
  const blocks = createBlocks()

  const keep = (line: PrintedLine): void => void (lines.length < MOST_LINES ? lines.push(line) : lost++)

  /** Only the first counts; one that comes again begins the same table anew. */
  const isHeading = (line: string): boolean => {
    if (heading) {
      if (line !== heading.text) return false
      if (heading.times++ === 1) plan = { ...plan, isTable: true }
      table = []
      return true
    }
    const found = headingOf(line)
    heading = found && { ...found, text: line, times: 1 }
    return found !== undefined
  }

  const rowIn = (line: string): TableCell[] | undefined => {
    if (!heading) return undefined
    const isFirst = plan.columns.length === 0
    const known = isFirst ? undefined : rowOf(line, plan)
    const columns = known ? undefined : isFirst ? columnsOf(heading, line) : widened(plan.columns, heading, line)
    if (columns) plan = { ...plan, columns, lines: [partsOf(heading, columns)] }
    return known ?? (columns && rowOf(line, plan))
  }

  const read = (line: string, atMs: number): void => {
    if (histograms.line(line, before) || GREETING.test(line) || isHeading(line) || (!heading && blocks.line(line)))
      return void (hasBegun = true)
    const cells = rowIn(line)
    if (cells && plan.isTable) return void (table.length < MOST_TABLE_ROWS ? table.push(cells) : lost++)
    if (cells) return keep({ atMs, cells })
    const folded = heading ? undefined : foldedOf(line, isTime)
    if (folded) return void (stacks.length < MOST_LINES ? stacks.push(folded) : lost++)
    // what a histogram is of is said by its key
    if (!heading && isSection(line)) return
    if (!plan.prints) plan = { ...plan, prints: true }
    keep({ atMs, text: line.replaceAll('\t', ' ').slice(0, LONGEST_CELL) })
  }

  return {
    line(given, atMs) {
      const line = given.slice(0, LONGEST_LINE).trimEnd()
      lastMs = atMs
      if (line === '') return histograms.end()
      read(line, atMs)
      before = line
    },
    plan: () => plan,
    hasBegun: () => hasBegun,
    lastMs: () => lastMs,
    take(isWhole) {
      if (isWhole) histograms.end()
      const drawn = histograms.take()
      const weighed = [...stacks, ...blocks.take()]
      plan = withMaps(
        plan,
        [...drawn, ...weighed].map(({ map }) => map),
      )
      const taken: Taken = {
        maps: [...drawnMessages(drawn), ...weighedMessages(weighed)],
        lines,
        lost,
        ...(plan.isTable && table.length > 0 ? { table } : {}),
      }
      lines = []
      stacks = []
      if (taken.table) table = []
      lost = 0
      return taken
    },
  }
}

/** With those that are new, of each name one. */
const withMaps = (plan: ScriptPlan, maps: readonly ScriptMap[]): ScriptPlan => {
  const known = new Map(plan.maps.map((map) => [map.name, map]))
  for (const map of maps) if (known.size < SCRIPT_LIMITS.maps && !known.has(map.name)) known.set(map.name, map)
  return known.size === plan.maps.length ? plan : { ...plan, maps: [...known.values()] }
}

const byName = <T extends { map: ScriptMap }>(all: readonly T[]): [string, T[]][] => {
  const groups = new Map<string, T[]>()
  for (const each of all) groups.set(each.map.name, [...(groups.get(each.map.name) ?? []), each])
  return [...groups]
}

const drawnMessages = (drawn: readonly DrawnHistogram[]): MapMessage[] =>
  byName(drawn).flatMap(([name, of]): MapMessage[] =>
    of[0]!.map.keys.length > 0
      ? [{ type: 'hist', name, entries: of.map(({ key, buckets }) => [key, buckets]) }]
      : of.map(({ buckets }) => ({ type: 'hist', name, buckets })),
  )

const weighedMessages = (weighed: readonly WeighedStack[]): MapMessage[] =>
  byName(weighed).map(([name, of]) => ({ type: 'map', name, entries: of.map(({ key, weight }) => [key, weight]) }))
