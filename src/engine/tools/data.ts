// What a tool of bcc printed in an interval, as the data of a sample.
import { specOfScript } from '../../model/scripts/spec.ts'
import { EVENTS } from '../../model/scripts/tabs.ts'
import type { ScriptPlan } from '../../stream/script.ts'
import type { TablesData } from '../../stream/tables.ts'
import { lineTables } from '../bpftrace/script/output-lines.ts'
import { createMaps } from '../bpftrace/script/map-growth.ts'
import { withOwners } from '../bpftrace/script/thread-rows.ts'
import type { Taken } from './adapter.ts'

export const dataOf = (plan: ScriptPlan, { maps: messages, lines, table = [] }: Taken, nowMs: number): TablesData => {
  const spec = specOfScript(plan)
  const maps = createMaps(plan, spec)
  for (const message of messages) maps.add(message, false)
  const { tables, hists, notes } = maps.read(true)
  const printed = lineTables(spec, lines, nowMs)
  // one that is printed again and again is no list of events
  if (plan.isTable && printed[EVENTS]) printed[EVENTS] = { ...printed[EVENTS], rows: table }
  return { tables: withOwners({ ...tables, ...printed }, spec), hists, totals: {}, notes }
}
