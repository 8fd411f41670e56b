// A probe that describes itself, on the real kernel, without an engine around it.
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { DescribedProbe, StartDescribed } from '../../src/engine/base/described-probe.ts'
import type { Table, TableCell, TablesData } from '../../src/stream/tables.ts'
import { probeContext } from './workload.ts'

export const startHere = (t: Pick<ExecutionContext, 'teardown'>, start: StartDescribed, id: string): DescribedProbe => {
  const probe = start({ ...probeContext, object: join(probeContext.objects, `${id}.bpf.o`) })
  t.teardown(probe.close)
  return probe
}

export const rowsOf = ({ tables }: TablesData, table: string): Record<string, TableCell>[] => objects(tables[table]!)

const objects = ({ columns, rows }: Table): Record<string, TableCell>[] =>
  rows.map((row) => Object.fromEntries(columns.map((id, at) => [id, row[at]!])))

/** The sum of a column over rows that may be of several readings. */
export const sumOf = (rows: readonly Record<string, TableCell>[], id: string): number =>
  rows.reduce((sum, row) => sum + Number(row[id] ?? 0), 0)
