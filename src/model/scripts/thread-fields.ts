// Rows that are known by the number of a thread: whose thread it is and how it is called, where the script does not say
// so, is worked out by the engine, in fields of their own, so that it leads to that thread of its process and is narrowed with it.
import type { ColumnSpec, ProbeSpec, TabSpec } from '../../stream/spec.ts'
import { PID, type FieldSpec } from '../../stream/fields.ts'

/** Whose thread it is, and its name. */
export const PROCESS = 'process'
export const THREAD = 'thread'

const GONE = 'empty where it had ended before it was looked up'
const FIELDS = { process: { ...PID, id: PROCESS }, thread: { id: THREAD, unit: 'text', kind: 'label' } } as const
const COLUMNS: Readonly<Record<string, ColumnSpec>> = {
  [PROCESS]: {
    id: PROCESS,
    title: 'PID',
    help: `process of the thread; ${GONE}`,
    value: { value: PROCESS },
    priority: 4,
  },
  [THREAD]: {
    id: THREAD,
    title: 'NAME',
    help: `name of the thread; ${GONE}`,
    value: { value: THREAD },
    priority: 3,
    width: 12,
  },
}

const withDim = (fields: readonly FieldSpec[], dim: FieldSpec['dim']): FieldSpec | undefined =>
  fields.find((each) => each.dim === dim)

export const withThreads = (spec: ProbeSpec): ProbeSpec => {
  const tables: Record<string, readonly FieldSpec[]> = { ...spec.tables }
  const tabOf = (tab: TabSpec): TabSpec => {
    const own = tables[tab.table]!
    const tid = withDim(own, 'tid')
    const hasProcess = withDim(own, 'pid') !== undefined
    // an event that names both is about its process
    if (!tid || (tab.events && hasProcess)) return tab
    const comm = withDim(own, 'comm')
    const added: FieldSpec[] = [...(hasProcess ? [] : [FIELDS.process]), ...(comm ? [] : [FIELDS.thread])]
    tables[tab.table] = [...own, ...added]
    const at = tab.columns.findIndex(({ id }) => id === tid.id) + 1
    return {
      ...tab,
      columns: [...tab.columns.slice(0, at), ...added.map(({ id }) => COLUMNS[id]!), ...tab.columns.slice(at)],
      threadName: comm?.id ?? THREAD,
    }
  }
  const panels = spec.panels.map((panel) => ({ ...panel, tabs: panel.tabs.map(tabOf) }))
  return { ...spec, tables, panels }
}
