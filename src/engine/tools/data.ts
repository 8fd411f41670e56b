// What a tool of bcc printed in an interval, as the data of a sample.
import { specOfScript } from '../../model/scripts/spec.ts'
import { EVENTS, TEXT } from '../../model/scripts/tabs.ts'
import type { ScriptPlan } from '../../stream/script.ts'
import type { TablesData } from '../../stream/tables.ts'
import { createMaps } from '../bpftrace/script/maps.ts'
import type { Taken } from './adapter.ts'

export const dataOf = (plan: ScriptPlan, { maps: messages, lines, table }: Taken, nowMs: number): TablesData => {
  const maps = createMaps(plan)
  for (const message of messages) maps.add(message, false)
  const { tables, hists, notes } = maps.read()
  const { tables: fields } = specOfScript(plan)
  const add = (id: string, rows: TablesData['tables'][string]['rows']): void => {
    if (Object.hasOwn(fields, id)) tables[id] = { columns: fields[id]!.map((field) => field.id), rows }
  }
  add(
    EVENTS,
    plan.isTable
      ? (table ?? [])
      : lines.flatMap((line) => ('cells' in line ? [[Math.max(0, nowMs - line.atMs), ...line.cells]] : [])),
  )
  add(
    TEXT,
    lines.flatMap((line) => ('text' in line ? [[Math.max(0, nowMs - line.atMs), line.text]] : [])),
  )
  return { tables, hists, totals: {}, notes }
}
