// The tab of a map: a row a key with what it counts, or a row a range of a histogram.
import type { ScriptMap, ScriptPlan } from '../../stream/script.ts'
import type { ColumnSpec, FigureSpec, TabSpec } from '../../stream/spec.ts'
import type { FieldSpec } from '../../stream/fields.ts'
import { histIdOf, sortIn, tableIdOf, TOTAL, type Made } from './tabs.ts'

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

/** A row a key. */
export const keyed = (map: ScriptMap, index: number, plan: ScriptPlan): Made => {
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
export const histTab = (map: ScriptMap, index: number, plan: ScriptPlan): Made => {
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
