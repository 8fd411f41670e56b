// All processes of /proc, as what each did between two readings: the first one says nothing of what was before.
import { statSync } from 'node:fs'
import type { RowOf } from '../../../stream/spec.ts'
import { orElse, pidsIn, textOf } from '../../../source/proc-stat.ts'
import { taskStat, type TaskStat } from './proc-lines.ts'
import type { MACHINE } from './spec.ts'

type TaskRow = RowOf<typeof MACHINE.tables.tasks>

interface Tasks {
  read(): { rows: TaskRow[]; states: Readonly<Record<string, number>>; leftOut: number }
}

/** Read in one interval, some 20 us each. */
const MOST = 5000

interface Known extends TaskStat {
  waitNs: number | undefined
  row: TaskRow
}

export const openTasks = (pageBytes: number, proc = '/proc'): Tasks => {
  let known = new Map<number, Known>()
  let isFirst = true

  const waitOf = (pid: number): number | undefined => {
    const wait = Number(textOf(`${proc}/${pid}/schedstat`).split(' ')[1])
    return Number.isFinite(wait) ? wait : undefined
  }

  const read = (): ReturnType<Tasks['read']> => {
    const pids = pidsIn(proc)
    const now = new Map<number, Known>()
    const states: Record<string, number> = {}
    for (const pid of pids.slice(0, MOST)) {
      const text = textOf(`${proc}/${pid}/stat`, 'latin1')
      if (text === '') continue
      const stat = taskStat(text)
      const last = known.get(pid)
      const before = last?.startedTicks === stat.startedTicks ? last : undefined
      const waitNs = waitOf(pid)
      now.set(pid, { waitNs, row: rowOf(pid, stat, waitNs, before), ...stat })
      states[stat.state] = (states[stat.state] ?? 0) + 1
    }
    known = now
    isFirst = false
    return { rows: [...now.values()].map(({ row }) => row), states, leftOut: Math.max(0, pids.length - MOST) }
  }

  /** The very same object while nothing changes. */
  const rowOf = (pid: number, stat: TaskStat, waitNs: number | undefined, before: Known | undefined): TaskRow => {
    const since = (name: 'userNs' | 'systemNs' | 'guestNs'): number =>
      isFirst ? 0 : Math.max(0, stat[name] - (before?.[name] ?? 0))
    const [userNs, systemNs, guestNs] = [since('userNs'), since('systemNs'), since('guestNs')]
    const row: TaskRow = {
      pid,
      comm: Buffer.from(stat.comm, 'latin1').toString('utf8'),
      uid: before?.row.uid ?? orElse(null, () => statSync(`${proc}/${pid}`).uid),
      state: stat.state,
      cpu: stat.cpu,
      threads: stat.threads,
      userNs,
      systemNs,
      guestNs,
      busyNs: userNs + systemNs + guestNs,
      waitNs: waitNs === undefined ? null : isFirst ? 0 : Math.max(0, waitNs - (before?.waitNs ?? 0)),
      totalNs: stat.userNs + stat.systemNs + stat.guestNs,
      residentBytes: stat.residentPages * pageBytes,
    }
    return before && isSame(before.row, row) ? before.row : row
  }

  return { read }
}

const isSame = (a: TaskRow, b: TaskRow): boolean =>
  (Object.keys(a) as (keyof TaskRow)[]).every((field) => a[field] === b[field])
