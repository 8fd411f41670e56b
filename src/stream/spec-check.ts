// Looks at specs from outside: a recording, another host. Bounded in number and length, and whole: no column refers to a
// field that is not there. Nothing here is drawn as it is; drawing makes texts harmless. Samples: tables-check.ts.
import { flag, isObject, list, number, oneOf, optional, record, text } from './shape.ts'
import type { Check } from './shape.ts'
import { TIERS } from './cost-message.ts'
import { DIMENSIONS, type FieldSpec } from './fields.ts'
import type { NumberOption, WordOption } from './probe-options.ts'
import { operandsOf } from './spec.ts'
import type * as S from './spec.ts'

const MOST = {
  tables: 16,
  fields: 64,
  panels: 8,
  tabs: 16,
  keys: 8,
  columns: 64,
  figures: 16,
  hooks: 64,
  source: 65_536,
  characters: 262_144,
}
const LONGEST = { id: 32, title: 40, sentence: 1000 }

export const MOST_TABLES = MOST.tables
export const MOST_FIELDS = MOST.fields
export const SENTENCE = LONGEST.sentence

export const within =
  (longest: number): Check =>
  (value) =>
    text(value) ?? ((value as string).length > longest ? `is longer than ${longest}` : undefined)
/** Words that are drawn as they are: nothing in them that a terminal might take for more than characters. */
export const plain =
  (longest: number): Check =>
  (value) =>
    within(longest)(value) ?? (/\p{C}/u.test(value as string) ? 'has characters that are not to be seen' : undefined)
const title = plain(LONGEST.title)
const sentence = plain(LONGEST.sentence)

/** Names of our own making: plain, and no property that objects have of themselves. */
export const name: Check = (value) =>
  typeof value === 'string' && /^[a-z][A-Za-z0-9_-]{0,31}$/.test(value) && !(value in {}) ? undefined : 'is no name'

/** Of a tab, which may be called as the state that it is about: `D`. */
const tabName: Check = (value) => (typeof value === 'string' && /^[A-Z]$/.test(value) ? undefined : name(value))

export const upTo =
  (most: number, check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length > most ? `has more than ${most}` : list(check)(value)

/** An object with names of our own making as keys. */
export const named =
  (most: number, check: Check, isKey: Check = name): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not an object'
    const entries = Object.entries(value)
    if (entries.length > most) return `has more than ${most}`
    for (const [key, each] of entries) {
      const wrong = isKey(key) ?? check(each)
      if (wrong) return `.${key.slice(0, LONGEST.id)} ${wrong}`
    }
    return undefined
  }

const UNITS = ['text', 'id', 'count', 'ns', 'ms', 'bytes', 'percent'] as const
export const unit = oneOf(...UNITS)
const field = record<FieldSpec>({
  id: name,
  unit,
  kind: oneOf('counter', 'gauge', 'label', 'histogram'),
  dim: optional(oneOf(...DIMENSIONS)),
  exact: optional(flag),
  names: optional(name),
})

const OPERATORS = [
  'value',
  'place',
  'perSecond',
  'timeShare',
  'timeShareOf',
  'ratio',
  'share',
  'shareOfTotal',
  'delta',
  'ago',
  'since',
  'percentile',
  'named',
]
/** Those of two operands, and those of one or several. */
const OF_TWO = ['ratio', 'share', 'timeShareOf']
const OF_SEVERAL = ['timeShare']

const expression: Check = (value) => {
  if (typeof value !== 'object' || value === null) return 'is no expression'
  const { p, as, ...rest } = value as Record<string, unknown>
  const [[operator, of] = [], more] = Object.entries(rest)
  if (operator === undefined || more || !OPERATORS.includes(operator)) return 'is not one operator'
  if (operator === 'percentile' && !(typeof p === 'number' && p > 0 && p <= 100)) return '.p is no percentage'
  if (operator === 'named') return name(of) ?? resultUnit(as)
  const isOfTwo = OF_TWO.includes(operator)
  const isOfSeveral = OF_SEVERAL.includes(operator) && Array.isArray(of)
  const operands = isOfTwo || isOfSeveral ? of : [of]
  return Array.isArray(operands) &&
    (isOfSeveral ? operands.length > 0 && operands.length <= MOST.keys : operands.length === (isOfTwo ? 2 : 1)) &&
    operands.every((operand) => typeof operand === 'string' && operand.length <= 2 * LONGEST.id + 1)
    ? undefined
    : `.${operator} has no operand`
}

const resultUnit = oneOf(...UNITS, 'rate', 'byteRate', 'states', 'shares')

const thresholds = optional(record<S.Thresholds>({ warn: optional(number), bad: optional(number) }))
const bits: Check = (value) =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every(Number.isInteger) &&
  value[0] >= 0 &&
  value[0] < value[1] &&
  value[1] <= 64
    ? undefined
    : 'are no powers of two'

const figure = record<S.FigureSpec>({
  label: title,
  value: expression,
  thresholds,
  rare: optional(flag),
  exact: optional(flag),
})

const tab = record<S.TabSpec>({
  id: tabName,
  label: title,
  rows: optional(title),
  table: name,
  about: optional(upTo(MOST.keys, name)),
  key: upTo(MOST.keys, name),
  columns: upTo(
    MOST.columns,
    record<S.ColumnSpec>({
      id: name,
      title,
      help: sentence,
      value: expression,
      priority: number,
      width: optional(number),
      grow: optional(flag),
      wide: optional(number),
      middle: optional(flag),
      detail: optional(flag),
      thresholds,
      rule: optional(name),
      bar: optional(flag),
    }),
  ),
  sort: record<S.TabSpec['sort']>({ column: name, descending: flag }),
  figures: optional(upTo(MOST.figures, figure)),
  hists: optional(upTo(MOST.columns, within(LONGEST.title))),
  events: optional(flag),
  most: optional((value) => (Number.isInteger(value) && Number(value) > 0 ? undefined : 'is no number of rows')),
  threadName: optional(name),
  wants: optional(name),
  ofTarget: optional(flag),
})

const bothTabs: Check = (value) =>
  Array.isArray(value) && value.length === 2 ? upTo(2, tabName)(value) : 'are not two tabs'

const words = record<WordOption>({ id: name, oneOf: upTo(MOST.hooks, title) })
const bounds = record<NumberOption>({ id: name, least: number, most: number })
const option: Check = (value) =>
  typeof value === 'string' ? name(value) : isObject(value) && 'oneOf' in value ? words(value) : bounds(value)

const dimensions = upTo(DIMENSIONS.length, oneOf(...DIMENSIONS))

const parts = record<S.ProbeSpec>({
  id: name,
  kind: oneOf('core', 'bpftrace', 'command', 'proc'),
  hooks: upTo(MOST.hooks, record<S.HookSpec>({ name: title, optional: optional(flag), cheaper: optional(flag) })),
  options: upTo(MOST.hooks, option),
  needs: optional(upTo(MOST.tables, name)),
  cheaper: optional(
    upTo(TIERS.length, record<S.CheaperSpec>({ is: oneOf(...TIERS), gives: sentence, estimates: optional(title) })),
  ),
  tells: optional(record<S.TellsSpec>({ of: dimensions, by: title })),
  tables: named(MOST.tables, upTo(MOST.fields, field)),
  lasting: optional(upTo(MOST.tables, name)),
  totals: optional(upTo(MOST.fields, field)),
  hists: optional(
    upTo(
      MOST.fields,
      record<S.HistSpec>({
        id: within(LONGEST.title),
        unit,
        parts: optional(within(2 * LONGEST.id + 1)),
        timeAs: optional(title),
      }),
    ),
  ),
  rollups: optional(
    upTo(
      MOST.tables,
      record<S.RollupSpec>({
        of: name,
        from: name,
        key: upTo(MOST.keys, name),
        rest: optional(record<NonNullable<S.RollupSpec['rest']>>({ table: name, label: title })),
        says: optional(title),
      }),
    ),
  ),
  loss: optional(
    record<S.LossSpec>({
      events: title,
      why: sentence,
      of: upTo(MOST.keys, within(2 * LONGEST.id + 1)),
      uncounted: optional(flag),
    }),
  ),
  panels: upTo(
    MOST.panels,
    record<S.PanelSpec>({
      id: name,
      key: optional(within(1)),
      title,
      question: sentence,
      howToRead: sentence,
      area: optional(title),
      ofSelection: optional(flag),
      isOffered: optional(flag),
      hasIdle: optional(flag),
      bothTabs: optional(bothTabs),
      beside: optional(name),
      trend: optional(figure),
      whoOf: optional(dimensions),
      heatBits: optional(bits),
      tabs: upTo(MOST.tabs, tab),
    }),
  ),
  source: optional(within(MOST.source)),
})

/** Of a whole spec: also that whatever is referred to is there. */
export const spec: Check = (value) =>
  parts(value) ??
  (JSON.stringify(value).length > MOST.characters ? `is longer than ${MOST.characters}` : undefined) ??
  strayName(value as S.ProbeSpec)

const strayName = ({ tables, totals = [], hists = [], rollups = [], panels }: S.ProbeSpec): string | undefined => {
  const has = (table: string, field?: string): boolean =>
    Object.hasOwn(tables, table) && (field === undefined || tables[table]!.some(({ id }) => id === field))
  for (const { of, from, key, rest } of rollups)
    if (!key.every((field) => has(of, field) && has(from, field)) || (rest && !has(rest.table)))
      return `.rollups of ${of} refers to what is not there`
  for (const { id, parts } of hists)
    if (parts !== undefined && !has(...(parts.split('.') as [string, string])))
      return `.hists ${id} is made of what is not there`
  for (const [table, fields] of Object.entries(tables))
    for (const { id, names } of fields)
      if (names !== undefined && !has(names)) return `.tables ${table} ${id} names what is not there`
  for (const panel of panels) {
    if (panel.tabs.length === 0) return `.panels ${panel.id} has no tab`
    const figured = new Set([
      ...totals.map(({ id }) => id),
      ...hists.map(({ id }) => id),
      ...Object.entries(tables).flatMap(([table, own]) => own.map(({ id }) => `${table}.${id}`)),
    ])
    const notFigured = (figures: readonly S.FigureSpec[]): string | undefined =>
      figures.flatMap(({ value }) => operandsOf(value)).find((id) => !figured.has(id))
    const other =
      panel.bothTabs?.find((id) => !panel.tabs.some((each) => each.id === id)) ??
      notFigured(panel.trend ? [panel.trend] : [])
    if (other !== undefined) return `.panels ${panel.id} refers to ${other.slice(0, LONGEST.id)}, which is not there`
    for (const each of panel.tabs) {
      const at = `.panels ${panel.id} ${each.id}`
      const fields = tables[each.table]
      if (!fields) return `${at} is of no table`
      const known = new Set(fields.map(({ id }) => id))
      const { threadName, about = [] } = each
      const stray =
        [...each.key, ...about, ...(threadName === undefined ? [] : [threadName])].find((id) => !known.has(id)) ??
        each.columns.flatMap((column) => operandsOf(column.value)).find((id) => !known.has(id)) ??
        notFigured(each.figures ?? [])
      if (stray !== undefined) return `${at} refers to ${stray.slice(0, LONGEST.id)}, which is not there`
      if (each.columns.length === 0) return `${at} has no column`
      if (!each.columns.some(({ id }) => id === each.sort.column)) return `${at} is sorted by no column of its own`
      if (hasTwice(each.columns)) return `${at} has a column twice`
    }
    if (hasTwice(panel.tabs)) return `.panels ${panel.id} has a tab twice`
  }
  if (hasTwice(panels)) return '.panels has one twice'
  return undefined
}

const hasTwice = (items: readonly { id: string }[]): boolean => new Set(items.map(({ id }) => id)).size < items.length
