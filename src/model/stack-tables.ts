// A table whose rows are stacks, as what the page of stacks shows: each row a stack with a weight that adds up, below who
// has it. What a tab shows as rows is a tree there.
import type { ProbeSpec, TabSpec } from '../stream/spec.ts'
import type { Dimension, FieldSpec } from '../stream/fields.ts'
import { columnAt, type Table, type TableCell, type TablesData } from '../stream/tables.ts'
import type { Stack, StacksData } from '../stream/stack-types.ts'
import { passesThrough } from './narrow-stacks.ts'
import type { StackSelection } from './selection.ts'
import { keyOf, type PathFrame } from './stack-paths.ts'
import { framesIn, isStackDim } from './tables/stack-text.ts'

/** What of a table makes a tree. */
export interface StackTable {
  table: string
  key: readonly string[]
  stacks: readonly FieldSpec[]
  /** Above the functions: all else that tells its rows apart. */
  owners: readonly FieldSpec[]
  weight: FieldSpec
  /** How often, beside that. */
  count?: FieldSpec
}

/** Undefined where the rows are no stacks, or have nothing that can be added up. */
export const stackTableOf = (
  spec: ProbeSpec,
  { table, key, events }: Pick<TabSpec, 'table' | 'key' | 'events'>,
): StackTable | undefined => {
  const fields = spec.tables[table] ?? []
  const stacks = fields.filter(({ dim, unit }) => isStackDim(dim) && unit === 'text')
  const counters = fields.filter(({ kind }) => kind === 'counter')
  const weight = counters.find(({ unit }) => unit !== 'count') ?? counters[0]
  if (events || stacks.length === 0 || !weight) return undefined
  const count = counters.find((field) => field.unit === 'count' && field !== weight)
  const owners = fields.filter((field) => key.includes(field.id) && !isStackDim(field.dim))
  return { table, key, stacks, owners, weight, ...(count ? { count } : {}) }
}

/** Of one interval; the same for the same data. */
export const stacksIn = (data: TablesData, from: StackTable): StacksData => {
  let known = made.get(data)
  if (!known) made.set(data, (known = new Map()))
  let stacks = known.get(from.table)
  if (!stacks) known.set(from.table, (stacks = stacksOf(data, from)))
  return stacks
}

const made = new WeakMap<TablesData, Map<string, StacksData>>()

const stacksOf = ({ tables }: TablesData, from: StackTable): StacksData => {
  const table = Object.hasOwn(tables, from.table) ? tables[from.table] : undefined
  const { frames, indexOf } = frameList()
  const read = table && reader(table, from, indexOf)
  const stacks = (table?.rows ?? []).flatMap((row) => read!(row) ?? [])
  const others = table?.others && read!(table.others)
  const { unit } = from.weight
  return {
    mode: 'oncpu',
    ...(unit === 'ns' ? {} : { unit: unit === 'bytes' ? 'bytes' : 'count' }),
    thresholdNs: 0,
    frames: frames as StacksData['frames'],
    stacks,
    ...(others ? { others: { ns: others.ns, count: others.count } } : {}),
  }
}

/** Each frame once, in the order in which they come. */
const frameList = (): { frames: PathFrame[]; indexOf(frame: PathFrame): number } => {
  const frames: PathFrame[] = []
  const indexes = new Map<string, number>()
  return {
    frames,
    indexOf(frame) {
      const key = keyOf(frame)
      let index = indexes.get(key)
      if (index === undefined) indexes.set(key, (index = frames.push(frame) - 1))
      return index
    },
  }
}

/** The stack of one row, as frames, whatever it weighs. */
export const stackOfRow = (
  table: Table,
  row: readonly TableCell[],
  from: StackTable,
): { stack: Stack; frames: PathFrame[] } => {
  const { frames, indexOf } = frameList()
  return { stack: reader(table, from, indexOf, true)(row)!, frames }
}

/** As a panel knows it by the fields that tell its rows apart. */
export const rowWithKey = (table: Table, { key }: StackTable, wanted: string): TableCell[] | undefined => {
  const places = key.map((id) => columnAt(table, id))
  return table.rows.find((row) => places.map((at) => String(row[at] ?? '')).join(' ') === wanted)
}

/** Those that a selection of stacks of this table keeps. */
export const rowsThrough = (table: Table, id: string, spec: ProbeSpec, selection: StackSelection): Table => {
  const tab = spec.panels.flatMap(({ tabs }) => tabs).find((each) => each.table === id)
  const from = tab && stackTableOf(spec, tab)
  if (!from) return { columns: table.columns, rows: [] }
  const { frames, indexOf } = frameList()
  const read = reader(table, from, indexOf, true)
  const stacks = table.rows.map((row) => read(row)!)
  const passes = passesThrough(selection, frames, () => undefined)
  return { columns: table.columns, rows: table.rows.filter((_, index) => passes(stacks[index]!)) }
}

const reader = (
  table: Table,
  { stacks, owners, weight, count }: StackTable,
  indexOf: (frame: PathFrame) => number,
  isAny = false,
): ((row: readonly TableCell[]) => Stack | undefined) => {
  const places = stacks.map(({ id, dim }) => ({ at: columnAt(table, id), dim }))
  const ownersAt = owners.map((field) => ({ ...field, at: columnAt(table, field.id) }))
  const pidAt = ownersAt.find(({ dim }) => dim === 'pid')?.at ?? -1
  const [weightAt, countAt] = [columnAt(table, weight.id), count ? columnAt(table, count.id) : -1]
  const none: PathFrame = { name: (stacks.length === 1 && NONE[stacks[0]!.dim!]) || '[no stack]', kind: 'unknown' }
  const isNamed = ownersAt.some(({ dim }) => dim === 'comm')
  return (row) => {
    const ns = Number(row[weightAt] ?? 0)
    if (!isAny && !(ns > 0)) return undefined
    const stack: Stack = {
      pid: Number(row[pidAt] ?? 0),
      comm: ownersAt
        .map((field) => ownerText(field, row[field.at], isNamed))
        .filter((text) => text !== '')
        .join(' '),
      state: 'cpu',
      ns,
      count: countAt < 0 ? (weight.unit === 'count' ? ns : 1) : Number(row[countAt] ?? 0),
      user: [],
      kernel: [],
    }
    for (const { at, dim } of places) {
      const { user, kernel, isCut } = framesIn(String(row[at] ?? ''), dim as 'stack')
      stack.user.push(...user.map(indexOf))
      stack.kernel.push(...kernel.map(indexOf))
      if (isCut) stack.cut = 'too deep'
    }
    // code of a program has no kernel stack: its weight is to be seen all the same
    if (stack.user.length + stack.kernel.length === 0 && !stack.cut) stack.user.push(indexOf(none))
    return stack
  }
}

const NONE: Partial<Record<Dimension, string>> = { kernelStack: '[no kernel stack]', userStack: '[no user stack]' }

const ownerText = ({ dim }: FieldSpec, cell: TableCell | undefined, isNamed: boolean): string =>
  cell === null || cell === undefined
    ? ''
    : dim === 'pid' && !isNamed
      ? `pid ${cell}`
      : dim === 'cpu'
        ? `CPU ${cell}`
        : String(cell)
