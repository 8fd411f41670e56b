// What was read of system calls, as tables. Columns of detail are there only with it.
import { ofHist } from '../../../model/tables/histograms.ts'
import type { SyscallCount, SyscallProc } from '../../../model/syscalls.ts'
import type { Histogram, Table, TableCell, TablesData } from '../../../stream/tables.ts'
import type { Target } from '../../../stream/types.ts'

export interface Found {
  calls: readonly SyscallCount[]
  procs: readonly SyscallProc[]
  detail: boolean
  /** Detail is of its calls alone, which are these. */
  target?: { of: Target; calls: readonly SyscallCount[] }
  others?: { count: number; errors?: number }
}

export const tablesOf = ({ calls, procs, detail, target, others }: Found): TablesData => {
  const columns = ['pid', 'comm', 'count', ...(detail ? ['errors'] : [])]
  const rest = others && [null, 'others', others.count, ...(detail ? [others.errors ?? 0] : [])]
  const { tables, hists } = callTables(calls, detail && !target)
  return {
    tables: {
      ...tables,
      procs: {
        columns,
        rows: procs.map(({ pid, comm, count, errors }) => [pid, comm, count, ...(detail ? [errors ?? 0] : [])]),
        ...(rest ? { others: rest } : {}),
      },
      ...(detail
        ? {
            procCalls: {
              columns: ['pid', 'name', 'count'],
              rows: procs.flatMap(({ pid, calls = [] }) => calls.map(({ name, count }) => [pid, name, count])),
            },
          }
        : {}),
    },
    hists,
    totals: totalOf(calls),
    ...(target ? { target: { of: target.of, ...callTables(target.calls, true), totals: totalOf(target.calls) } } : {}),
  }
}

const totalOf = (calls: readonly SyscallCount[]): TablesData['totals'] => ({
  calls: calls.reduce((sum, { count }) => sum + count, 0),
})

const callTables = (calls: readonly SyscallCount[], detail: boolean): Pick<TablesData, 'tables' | 'hists'> => {
  const hists: Record<string, Histogram> = {}
  const rows = calls.map(({ name, count, errors, restarted, latency }): TableCell[] => {
    if (!detail) return [name, count]
    const id = latency ? `call ${name}` : null
    if (latency) hists[id!] = ofHist(latency)
    return [name, count, errors ?? null, restarted ?? null, id]
  })
  const columns = ['name', 'count', ...(detail ? ['errors', 'restarted', 'latency'] : [])]
  const errnos: Table = {
    columns: ['name', 'errno', 'count'],
    rows: calls.flatMap(({ name, errnos = [] }) => errnos.map(({ errno, count }) => [name, errno, count])),
  }
  return { tables: { calls: { columns, rows }, ...(detail ? { errnos } : {}) }, hists }
}
