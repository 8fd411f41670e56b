// The panel of a script as a spec, from what was read in it: a tab a map, one for its single values together, one for its
// lines as a list of events, one for other text. Engine and screen make the same one.
import type { ScriptColumn, ScriptMap, ScriptPlan } from '../../stream/script.ts'
import type { ColumnSpec, FieldSpec, FigureSpec, ProbeSpec, TabSpec, Unit } from '../../stream/spec.ts'

/** Tables of a script. */
export const SINGLES = 'singles'
export const EVENTS = 'events'
export const TEXT = 'text'
export const tableIdOf = (index: number): string => `m${index}`
/** The histogram of a whole map. */
export const histIdOf = (index: number): string => `h${index}`

export const isSingle = ({ does, keys }: ScriptMap): boolean => keys.length === 0 && does !== 'hist' && does !== 'lhist'
export const isHist = ({ does }: ScriptMap): boolean => does === 'hist' || does === 'lhist'

interface Made {
  fields: FieldSpec[]
  tab: TabSpec
}

export const specOfScript = (plan: ScriptPlan): ProbeSpec => {
  const { id, title, question, howToRead, maps, columns, prints, hooks, text } = plan
  const parts = maps.flatMap((map, index): [string, Made][] =>
    isSingle(map)
      ? []
      : [[tableIdOf(index), map.keys.length > 0 && !isHist(map) ? keyed(map, index, plan) : histTab(map, index, plan)]],
  )
  const singles = maps.filter(isSingle)
  if (singles.length > 0) parts.push([SINGLES, singlesTab(singles)])
  if (columns.length > 0) parts.push([EVENTS, eventsTab(columns, plan)])
  if (prints || parts.length === 0) parts.push([TEXT, textTab()])
  const lists = parts.map(([table]) => table).filter((table) => table === EVENTS || table === TEXT)
  return {
    id,
    kind: 'bpftrace',
    hooks: hooks.slice(0, 64).map((name) => ({ name: name.slice(0, 40).replace(/\p{C}/gu, '') })),
    options: [],
    tables: Object.fromEntries(parts.map(([table, { fields }]) => [table, fields])),
    totals: [
      { id: 'attached', unit: 'count', kind: 'gauge' },
      { id: 'hooks', unit: 'count', kind: 'gauge' },
    ],
    hists: maps.flatMap((map, index) => (isHist(map) ? [{ id: histIdOf(index), unit: map.unit }] : [])),
    panels: [
      {
        id,
        title,
        question,
        howToRead:
          howToRead || 'A bpftrace script: its maps are read once an interval, and what they grew by is shown.',
        tabs: parts.map(([, { tab }]) => tab),
      },
    ],
    source: text,
    ...(lists.length > 0
      ? {
          loss: {
            events: 'lines',
            why: 'more came than are kept, or than bpftrace could hand over',
            of: lists,
            uncounted: true,
          },
        }
      : {}),
  }
}

const keyFields = ({ keys }: ScriptMap): FieldSpec[] =>
  keys.map(({ is, dim }, index) => {
    const isNumber = is === 'int'
    const fits = dim && isNumber === (dim === 'pid' || dim === 'tid' || dim === 'cpu')
    return { id: `k${index}`, unit: isNumber ? 'id' : 'text', kind: 'label', ...(fits ? { dim } : {}) }
  })

const keyColumns = ({ keys }: ScriptMap): ColumnSpec[] =>
  keys.map(({ title, is }, index) => ({
    id: `k${index}`,
    title,
    help: is === 'stack' ? 'stack, innermost function first' : `key of the map: ${title.toLowerCase()}`,
    value: { value: `k${index}` },
    priority: is === 'int' ? 2 + index : index === 0 ? 0 : 2 + index,
    ...(is === 'int' ? {} : { width: is === 'stack' ? 30 : 12, grow: index === keys.length - 1 }),
  }))

const label = ({ name, does }: ScriptMap): string => (name === '@' ? does : name.slice(0, 30))
const keysOf = ({ keys }: ScriptMap): string[] => keys.map((_, index) => `k${index}`)

const tabOf = (
  map: ScriptMap,
  index: number,
  plan: ScriptPlan,
  columns: readonly ColumnSpec[],
  by: { column: string; descending: boolean },
): TabSpec => ({
  id: tableIdOf(index),
  label: label(map),
  table: tableIdOf(index),
  key: keysOf(map),
  columns,
  sort: sortIn(columns, plan.sort) ?? by,
})

const sortIn = (columns: readonly ColumnSpec[], sort: string | undefined): TabSpec['sort'] | undefined => {
  const wanted = sort?.replace(/^[-+]/, '').toLowerCase()
  const found = columns.find(({ title }) => title.toLowerCase() === wanted)
  return found && { column: found.id, descending: sort!.startsWith('-') }
}

/** A row a key. */
const keyed = (map: ScriptMap, index: number, plan: ScriptPlan): Made => {
  const { fields, columns, by, figures } = valuesOf(map, tableIdOf(index))
  return {
    fields: [...keyFields(map), ...fields],
    tab: {
      ...tabOf(map, index, plan, [...keyColumns(map), ...columns], { column: by, descending: true }),
      ...(figures.length > 0 ? { figures } : {}),
    },
  }
}

interface Values {
  fields: FieldSpec[]
  columns: ColumnSpec[]
  /** Column sorted by. */
  by: string
  figures: FigureSpec[]
}

const TOTAL = 'since the script was started'

const valuesOf = ({ does, unit, printed }: ScriptMap, table: string): Values => {
  if (printed || does === 'value' || does === 'avg' || does === 'min' || does === 'max') {
    const written = does === 'value' ? 'text' : unit
    return {
      fields: [{ id: 'value', unit: written, kind: does === 'value' ? 'label' : 'gauge' }],
      columns: [
        {
          id: 'value',
          title: does.toUpperCase(),
          help: printed ? 'as the script last printed it' : TOTAL,
          value: { value: 'value' },
          priority: 1,
          ...(does === 'value' ? { width: 12, grow: true } : {}),
        },
      ],
      by: 'value',
      figures: [],
    }
  }
  const total: ColumnSpec = { id: 'total', title: 'TOTAL', help: TOTAL, value: { value: 'total' }, priority: 8 }
  if (does === 'stats')
    return {
      fields: [
        { id: 'n', unit: 'count', kind: 'counter' },
        { id: 'sum', unit, kind: 'counter' },
        { id: 'total', unit, kind: 'gauge' },
      ],
      columns: [
        { id: 'n', title: 'n/s', help: 'how often, per second', value: { perSecond: 'n' }, priority: 1 },
        { id: 'avg', title: 'AVG', help: 'mean of the interval', value: { ratio: ['sum', 'n'] }, priority: 3 },
        total,
      ],
      by: 'n',
      figures: [{ label: 'n/s', value: { perSecond: `${table}.n` } }],
    }
  const isTime = unit === 'ns'
  return {
    fields: [
      { id: 'n', unit, kind: 'counter' },
      { id: 'total', unit, kind: 'gauge' },
    ],
    columns: [
      isTime
        ? { id: 'n', title: 'TIME%', help: 'of clock time', value: { timeShare: 'n' }, priority: 1 }
        : {
            id: 'n',
            title: unit === 'bytes' ? 'BYTES/s' : 'n/s',
            help: 'per second',
            value: { perSecond: 'n' },
            priority: 1,
          },
      { id: 'share', title: 'SHARE%', help: 'of all rows in the interval', value: { shareOfTotal: 'n' }, priority: 6 },
      total,
    ],
    by: 'n',
    figures: [
      isTime
        ? { label: 'time%', value: { timeShare: `${table}.n` } }
        : { label: unit === 'bytes' ? 'bytes/s' : 'n/s', value: { perSecond: `${table}.n` } },
    ],
  }
}

/** Of a keyed one a row a key, else a row a range. */
const histTab = (map: ScriptMap, index: number, plan: ScriptPlan): Made => {
  const hists = [histIdOf(index)]
  const count: FieldSpec = { id: 'n', unit: 'count', kind: 'counter' }
  const total: FieldSpec = { id: 'total', unit: 'count', kind: 'gauge' }
  const rate: ColumnSpec = {
    id: 'n',
    title: 'n/s',
    help: 'how often, per second',
    value: { perSecond: 'n' },
    priority: 1,
  }
  const totalColumn: ColumnSpec = { id: 'total', title: 'TOTAL', help: TOTAL, value: { value: 'total' }, priority: 8 }
  if (map.keys.length > 0) {
    const below = (id: string, p: number, priority: number): ColumnSpec => ({
      id,
      title: p === 100 ? 'MAX<' : `P${p}<`,
      help: p === 100 ? 'end of the highest range that has any' : `end of the range that p${p} lies in`,
      value: { percentile: 'values', p },
      priority,
    })
    const columns = [
      ...keyColumns(map),
      rate,
      below('p50', 50, 5),
      below('p99', 99, 4),
      below('max', 100, 3),
      totalColumn,
    ]
    return {
      fields: [...keyFields(map), count, total, { id: 'values', unit: map.unit, kind: 'histogram' }],
      tab: { ...tabOf(map, index, plan, columns, { column: 'n', descending: true }), hists },
    }
  }
  const columns: ColumnSpec[] = [
    { id: 'from', title: 'FROM', help: 'least value of the range', value: { value: 'from' }, priority: 0 },
    { id: 'to', title: 'BELOW', help: 'end of the range, not within', value: { value: 'to' }, priority: 2 },
    rate,
    { id: 'share', title: 'SHARE%', help: 'of all in the interval', value: { shareOfTotal: 'n' }, priority: 3 },
    totalColumn,
  ]
  return {
    fields: [{ id: 'from', unit: map.unit, kind: 'label' }, { id: 'to', unit: map.unit, kind: 'label' }, count, total],
    tab: { ...tabOf(map, index, plan, columns, { column: 'from', descending: false }), key: ['from'], hists },
  }
}

const SINGLE_UNITS: readonly { unit: Unit; id: string; title: string; rate: string }[] = [
  { unit: 'count', id: 'n', title: 'TOTAL', rate: 'n/s' },
  { unit: 'ns', id: 'ns', title: 'TIME', rate: 'TIME%' },
  { unit: 'bytes', id: 'bytes', title: 'BYTES', rate: 'BYTES/s' },
]

/** Which columns a single value is in. */
export const singleField = ({ unit }: ScriptMap): string => SINGLE_UNITS.find((each) => each.unit === unit)?.id ?? 'n'

/** Maps without keys, a row each. */
const singlesTab = (maps: readonly ScriptMap[]): Made => {
  const units = SINGLE_UNITS.filter(({ id }) => maps.some((map) => singleField(map) === id))
  const hasText = maps.some(({ does }) => does === 'value')
  const hasMean = maps.some(({ does }) => does === 'stats')
  return {
    fields: [
      { id: 'name', unit: 'text', kind: 'label' },
      ...units.flatMap(({ id, unit }): FieldSpec[] => [
        { id, unit, kind: 'counter' },
        { id: `${id}-total`, unit, kind: 'gauge' },
      ]),
      ...(hasMean ? [{ id: 'times', unit: 'count', kind: 'counter' } as const] : []),
      ...(hasText ? [{ id: 'value', unit: 'text', kind: 'label' } as const] : []),
    ],
    tab: {
      id: SINGLES,
      label: 'values',
      table: SINGLES,
      key: ['name'],
      sort: { column: 'name', descending: false },
      columns: [
        { id: 'name', title: 'MAP', help: 'name of the map', value: { value: 'name' }, priority: 0, width: 12 },
        ...units.flatMap(({ id, unit, title, rate }): ColumnSpec[] => [
          {
            id,
            title: rate,
            help: unit === 'ns' ? 'of clock time' : 'per second',
            value: unit === 'ns' ? { timeShare: id } : { perSecond: id },
            priority: 1,
          },
          {
            id: `${id}-total`,
            title,
            help: `${TOTAL}, or as last printed`,
            value: { value: `${id}-total` },
            priority: 2,
          },
        ]),
        ...(hasMean
          ? units.map(({ id, title }): ColumnSpec => ({
              id: `${id}-mean`,
              title: units.length > 1 ? `AVG ${title}` : 'AVG',
              help: 'mean of the interval',
              value: { ratio: [id, 'times'] },
              priority: 3,
            }))
          : []),
        ...(hasText
          ? [
              {
                id: 'value',
                title: 'VALUE',
                help: 'as it is',
                value: { value: 'value' },
                priority: 1,
                width: 12,
                grow: true,
              } as const,
            ]
          : []),
      ],
    },
  }
}

const AGO: ColumnSpec = {
  id: 'ago',
  title: 'AGO',
  help: 'time passed since it was printed',
  value: { ago: 'ago' },
  priority: 1,
}
const AGO_FIELD: FieldSpec = { id: 'ago', unit: 'ms', kind: 'gauge' }

const eventsTab = (columns: readonly ScriptColumn[], plan: ScriptPlan): Made => {
  const own = columns.map(({ title, is }, index): ColumnSpec => ({
    id: `c${index}`,
    title,
    help: `as the script prints it`,
    value: { value: `c${index}` },
    priority: /^TIME/i.test(title) ? 20 : 2 + index,
    ...(is === 'number' ? {} : { width: Math.max(6, Math.min(16, title.length)), grow: index === columns.length - 1 }),
  }))
  const all = [AGO, ...own]
  return {
    fields: [
      AGO_FIELD,
      ...columns.map(({ is, dim, unit }, index): FieldSpec => ({
        id: `c${index}`,
        unit: is === 'text' ? 'text' : (unit ?? 'id'),
        kind: 'label',
        ...(dim ? { dim } : {}),
      })),
    ],
    tab: {
      id: EVENTS,
      label: 'events',
      table: EVENTS,
      key: ['ago'],
      columns: all,
      sort: sortIn(all, plan.sort) ?? { column: 'ago', descending: false },
      events: true,
    },
  }
}

const textTab = (): Made => ({
  fields: [AGO_FIELD, { id: 'text', unit: 'text', kind: 'label' }],
  tab: {
    id: TEXT,
    label: 'text',
    table: TEXT,
    key: ['ago'],
    columns: [
      AGO,
      {
        id: 'text',
        title: 'TEXT',
        help: 'as the script prints it',
        value: { value: 'text' },
        priority: 0,
        width: 40,
        grow: true,
      },
    ],
    sort: { column: 'ago', descending: false },
    events: true,
  },
})
