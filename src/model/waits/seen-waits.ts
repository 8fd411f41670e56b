// In what threads were found waiting at the ends of intervals, by process, thread name, call and state: what says in which
// proportions the time of a call is of several classes. Pure.
import { columnAt, type TableCell, type TablesData } from '../../stream/tables.ts'
import { TIME_CLASSES, type TimeClass } from '../../stream/time-classes.ts'

/** Threads that were found in one kind of wait. */
export interface SeenWait {
  class: TimeClass
  /** Of the kernel, innermost first; none where nobody looked. */
  functions: readonly string[]
  threads: number
}

/** By call and state. */
export type Seen = ReadonlyMap<string, readonly SeenWait[]>

export const NOTHING_SEEN: Seen = new Map()

export const keyOfCall = (call: string, state: string): string => `${call} ${state === 'D' ? 'D' : 'S'}`

/** Letters of the two states, as older recordings have them, too. */
const BLOCKED = new Set<TableCell | undefined>(['S', '.', 'D'])

/** Functions in one cell. */
export const BETWEEN_FUNCTIONS = ' < '

const isClass = (value: unknown): value is TimeClass => (TIME_CLASSES as readonly unknown[]).includes(value)

/** What one reading saw, of each process and of threads of each name. */
export interface SeenBy {
  ofProcess(pid: number): Seen
  ofName(thread: string): Seen
}

const NOBODY: SeenBy = { ofProcess: () => NOTHING_SEEN, ofName: () => NOTHING_SEEN }

const known = new WeakMap<TablesData['tables'], SeenBy>()

/** Samples do not change. */
export const seenIn = ({ tables }: Pick<TablesData, 'tables'>): SeenBy => {
  let found = known.get(tables)
  if (!found) known.set(tables, (found = indexed(tables)))
  return found
}

const indexed = (tables: TablesData['tables']): SeenBy => {
  // older recordings have chains only, of the worst
  const table = tables.seen ?? tables.chains
  if (!table) return NOBODY
  const at = (id: string): number => columnAt(table, id)
  const [pidAt, threadAt, callAt, stateAt, classAt, stackAt, countAt] = [
    at('pid'),
    at('thread'),
    at('call'),
    at('state'),
    at('class'),
    at('stack'),
    at('threads'),
  ] as const
  const byPid = new Map<TableCell, Map<string, SeenWait[]>>()
  const byName = new Map<TableCell, Map<string, SeenWait[]>>()
  for (const row of table.rows) {
    const found = row[classAt]
    const threads = countAt < 0 ? 1 : row[countAt]
    if (!isClass(found) || !BLOCKED.has(row[stateAt]) || typeof threads !== 'number' || !(threads > 0)) continue
    const stack = row[stackAt]
    const functions = typeof stack === 'string' && stack !== '' ? stack.split(BETWEEN_FUNCTIONS) : []
    const key = keyOfCall(String(row[callAt]), String(row[stateAt]))
    for (const [of, who] of [
      [byPid, row[pidAt]],
      [byName, row[threadAt]],
    ] as const) {
      if (who === undefined || who === null) continue
      let waits = of.get(who)
      if (!waits) of.set(who, (waits = new Map()))
      push(waits, key, { class: found, functions, threads })
    }
  }
  return { ofProcess: (pid) => byPid.get(pid) ?? NOTHING_SEEN, ofName: (thread) => byName.get(thread) ?? NOTHING_SEEN }
}

/** Readings that say in which proportions. */
const READINGS = 10

const merged = new WeakMap<object, { first: object; by: SeenBy }>()

/** What the last readings up to an instant saw; samples are in order. */
export const seenUpTo = (samples: readonly SeenSample[], atMs: number): SeenBy => {
  const end = samples.findLastIndex((sample) => sample.atMs <= atMs) + 1
  const those = samples.slice(Math.max(0, end - READINGS), end)
  const last = those.at(-1)
  if (!last) return NOBODY
  const kept = merged.get(last)
  if (kept && kept.first === those[0]) return kept.by
  const all = those.map(({ data }) => seenIn(data))
  const once = <K>(of: (by: SeenBy, key: K) => Seen): ((key: K) => Seen) => {
    const found = new Map<K, Seen>()
    return (key) => {
      let seen = found.get(key)
      if (!seen) found.set(key, (seen = mergeSeen(all.map((by) => of(by, key)))))
      return seen
    }
  }
  const by = {
    ofProcess: once<number>((b, pid) => b.ofProcess(pid)),
    ofName: once<string>((b, name) => b.ofName(name)),
  }
  merged.set(last, { first: those[0]!, by })
  return by
}

interface SeenSample {
  atMs: number
  data: Pick<TablesData, 'tables'>
}

/** How many samples `count` intervals need. */
export const readingsFor = (count: number): number => count + READINGS

export const mergeSeen = (all: readonly Seen[]): Seen => {
  const merged = new Map<string, SeenWait[]>()
  for (const seen of all) for (const [key, waits] of seen) for (const wait of waits) push(merged, key, wait)
  return merged
}

const push = (waits: Map<string, SeenWait[]>, key: string, wait: SeenWait): void => {
  const list = waits.get(key)
  if (list) list.push(wait)
  else waits.set(key, [wait])
}
