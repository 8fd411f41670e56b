// Some of the processes in a sample of the scheduler, without making the others, which are nearly all.
import type { SchedProc } from '../stream/sched-types.ts'
import { columnAt, type Table, type TableCell, type TablesData } from '../stream/tables.ts'
import { procRows, type Timed } from './sched.ts'
import { sameStart } from './selection.ts'
import { numberOf } from './tables/row-objects.ts'

/** One process; where it is not known when it was started, any that has the number. */
export const schedProcOf = (
  { tables, elapsedNs }: TablesData,
  pid: number,
  startedMs?: number,
): SchedProc | undefined => {
  const { procs = NO_TABLE } = tables
  const [pidAt, startAt] = [columnAt(procs, 'pid'), columnAt(procs, 'startedMs')]
  const row = procs.rows.find(
    (each) => each[pidAt] === pid && sameStart((each[startAt] as number | null) ?? undefined, startedMs),
  )
  return row && madeAlone({ tables, elapsedNs }, [row])[0]
}

/** Those of which a field says something. */
export const schedProcsWith = (data: TablesData, field: string): SchedProc[] => {
  const { procs = NO_TABLE } = data.tables
  const at = columnAt(procs, field)
  const saying: TableCell[][] = []
  for (let i = 0; i < procs.rows.length; i++) if (isSaid(procs.rows[i]![at])) saying.push(procs.rows[i]!)
  return saying.length === 0 ? [] : madeAlone(data, saying)
}

/** A field of all processes, added up. */
export const schedSum = ({ tables }: TablesData, field: string): number => {
  const { procs = NO_TABLE } = tables
  const at = columnAt(procs, field)
  let sum = 0
  for (let i = 0; i < procs.rows.length; i++) sum += numberOf(procs.rows[i]![at])
  return sum
}

const NO_TABLE: Table = { columns: [], rows: [] }

const isSaid = (cell: TableCell | undefined): boolean => (typeof cell === 'number' ? cell > 0 : Boolean(cell))

/** Of some rows; of the calls only theirs are gone through. */
const madeAlone = ({ tables, elapsedNs }: Timed, rows: Table['rows']): SchedProc[] => {
  const procs = { columns: tables.procs!.columns, rows }
  if (!tables.calls) return procRows({ tables: { procs }, elapsedNs })
  const pidAt = columnAt(procs, 'pid')
  const pids = new Set(rows.map((row) => row[pidAt]))
  const callPidAt = columnAt(tables.calls, 'pid')
  const calls = { ...tables.calls, rows: tables.calls.rows.filter((row) => pids.has(row[callPidAt])) }
  return procRows({ tables: { procs, calls }, elapsedNs })
}
