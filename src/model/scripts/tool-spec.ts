// What is different in the panel of a tool of bcc from that of a script: it starts with a place for text, which what comes
// takes over; nothing is counted since the start; a table that is printed anew each time is none of events.
import type { ScriptPlan } from '../../stream/script.ts'
import type { ColumnSpec, ProbeSpec, TabSpec } from '../../stream/spec.ts'
import type { FieldSpec } from '../../stream/fields.ts'

/** Of the first tab, whatever it shows: so whoever looks at it sees what comes. */
const FIRST_TAB = 'main'

/** `rows`: the table of what is read by a heading. */
export const asTool = (plan: ScriptPlan, spec: ProbeSpec, rows: string): ProbeSpec => {
  const [panel] = spec.panels
  const fields = plan.isTable ? (spec.tables[rows] ?? []).filter(({ id }) => id !== 'ago') : undefined
  const tabs = panel!.tabs
    .map((tab) => (fields && tab.table === rows ? tableTab(tab, fields) : tab))
    .map((tab, index) => ({
      ...tab,
      id: index === 0 ? FIRST_TAB : tab.id,
      label: tab.label.replace(/^@/, ''),
      columns: tab.columns.filter(({ id }) => id !== 'total'),
    }))
  return {
    ...spec,
    kind: 'command',
    tables: fields ? { ...spec.tables, [rows]: fields } : spec.tables,
    totals: [],
    panels: [{ ...panel!, tabs }],
    ...(spec.loss ? { loss: { ...spec.loss, why: 'more came than are kept' } } : {}),
  }
}

/** Sorted by the first number that is not a name. */
const tableTab = (tab: TabSpec, fields: readonly FieldSpec[]): TabSpec => {
  const columns: ColumnSpec[] = tab.columns.filter(({ id }) => id !== 'ago')
  const names = fields.filter(({ unit, dim }) => unit === 'text' || dim !== undefined).map(({ id }) => id)
  const most = fields.find(({ id }) => !names.includes(id))
  return {
    ...tab,
    label: 'table',
    events: false,
    key: (names.length > 0 ? names : fields.map(({ id }) => id)).slice(0, 8),
    columns,
    sort: { column: (most ?? fields[0]!).id, descending: most !== undefined },
  }
}
