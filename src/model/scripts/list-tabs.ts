// The tabs of what a script prints: lines in columns as a list of events, and other text.
import type { ScriptColumn, ScriptPlan } from '../../stream/script.ts'
import type { ColumnSpec } from '../../stream/spec.ts'
import type { FieldSpec } from '../../stream/fields.ts'
import { EVENTS, sortIn, TEXT, type Made } from './tabs.ts'

const AGO: ColumnSpec = {
  id: 'ago',
  title: 'AGO',
  help: 'time passed since it was printed',
  value: { ago: 'ago' },
  priority: 1,
}
const AGO_FIELD: FieldSpec = { id: 'ago', unit: 'ms', kind: 'gauge' }

export const eventsTab = (columns: readonly ScriptColumn[], plan: ScriptPlan): Made => {
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
      ...mostOf(plan),
    },
  }
}

const mostOf = ({ retain }: Pick<ScriptPlan, 'retain'>): { most?: number } =>
  retain === undefined ? {} : { most: retain }

export const textTab = (plan: Pick<ScriptPlan, 'retain'>): Made => ({
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
    ...mostOf(plan),
  },
})
