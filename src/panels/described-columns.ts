// Columns of a spec as panels have them: with the kind that their operator makes, and what follows from the fields they name.
import { fieldUnits, resultKind } from '../model/tables/evaluate.ts'
import type { FieldSpec } from '../stream/fields.ts'
import {
  operandsOf,
  type ColumnSpec,
  type Expression,
  type ProbeSpec,
  type ResultUnit,
  type TabSpec,
} from '../stream/spec.ts'
import type { Column, Kind } from './panel-types.ts'

export const columnOf = (spec: ProbeSpec, tab: TabSpec, column: ColumnSpec): Column => ({
  id: column.id,
  title: column.title,
  kind: KINDS[resultKind(column.value, fieldUnits(spec.tables[tab.table]!))],
  help: column.help,
  priority: column.priority,
  ...(column.width === undefined ? {} : { width: column.width }),
  ...(column.grow === undefined ? {} : { grow: column.grow }),
  ...(column.wide === undefined ? {} : { wide: column.wide }),
  ...(column.middle || isPath(spec, tab, column) ? { middle: true } : {}),
  ...(column.thresholds === undefined ? {} : { thresholds: column.thresholds }),
  ...(column.rule === undefined ? {} : { rule: column.rule }),
  ...(column.bar ? { bar: true } : {}),
  ...(isExact(column.value, spec.tables[tab.table]!) ? { exact: true } : {}),
})

/** Of fields that are counted in full in every tier. */
const isExact = (value: Expression, fields: readonly FieldSpec[]): boolean => {
  const operands = operandsOf(value)
  return operands.length > 0 && operands.every((id) => fields.find((field) => field.id === id)?.exact)
}

/** Those of one folder, or of one peer, are told apart by their ends. */
const isPath = (spec: ProbeSpec, tab: TabSpec, { value }: ColumnSpec): boolean => {
  if (!('value' in value)) return false
  const dim = spec.tables[tab.table]!.find(({ id }) => id === value.value)?.dim
  return dim === 'file' || dim === 'cgroup' || dim === 'peer'
}

export const KINDS: Readonly<Record<ResultUnit, Kind>> = {
  states: 'states',
  shares: 'shares',
  text: 'text',
  id: 'id',
  count: 'count',
  ns: 'duration',
  ms: 'age',
  bytes: 'bytes',
  percent: 'percent',
  rate: 'rate',
  byteRate: 'byteRate',
}
