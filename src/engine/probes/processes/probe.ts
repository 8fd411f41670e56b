// Reader of probes/processes.bpf.c: all processes once an interval, with what /proc and the runtimes of containers say of
// new ones. A process of which nothing has changed has the same row as before: most are known by the bytes of their record
// alone, and nothing of it is read again. In most intervals that is so of all of them: then they are not even gone through.
import { createTable, sameRow } from '../../../stream/spec.ts'
import { PROCESSES, type ProcessRow } from '../../../stream/specs/processes.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { objectWork } from '../../native/work.ts'
import { groupIn, sharedGroups } from '../../proc/groups.ts'
import { textOf, TICK_MS } from '../../../source/proc-stat.ts'
import { turnMs } from '../../proc/turn.ts'
import { userNames } from '../../proc/users.ts'
import { groupNames } from '../containers/container-names.ts'
import { commandLines } from './command-lines.ts'
import { containerOf } from './container.ts'
import { hiddenParents, isStill, type Hidden } from './hidden.ts'
import { LIST, processLister, READ } from './listing.ts'

export const plan = (({ object: path }) => ({
  ...describedPlan(path, PROCESSES, { also: [READ] }),
  otherwise: describedPlan(path, PROCESSES, { also: [LIST] }),
})) satisfies PlanDescribed

interface Known {
  row: ProcessRow
  startedMs: number
  uid: number
  /** The record it was made of, by which it is known again; of one from /proc there is none. */
  bytes?: Buffer
}

/** What the kernel's records do not say, names of users and of groups that are read of each process, is looked at so often. */
const AGAIN_MS = 5000

export const start: StartDescribed = (context) => {
  const { log } = context
  const { object } = loadDescribed(plan(context))
  const record = object.record('process')
  const at = {
    startedNs: record.number('started_ns'),
    cgroup: record.number('cgroup'),
    pid: record.number('pid'),
    parent: record.number('parent'),
    uid: record.number('uid'),
    threads: record.number('threads'),
    groups: record.number('groups'),
    comm: record.text('comm'),
  }
  const groupOf = sharedGroups()
  const userOf = userNames(turnMs)
  const container = containerOf(groupNames())
  const lines = commandLines(turnMs, log)
  const list = processLister(object)
  const table = createTable(PROCESSES.tables.procs)
  let known = new Map<number, Known>()
  /** What the last reading was made from, and what came of it. */
  let pieces: Buffer[] = []
  let hidden: Hidden[] = []
  let rows = table([])
  let madeMs = -Infinity
  /** The group of each is known. */
  let isComplete = false

  /** Takes the kernel's records; false where they are the same as before. */
  const hasChanged = (): boolean => {
    const before = pieces
    pieces = []
    for (const bytes of list()) {
      const same = before[pieces.length]
      pieces.push(same?.equals(bytes) ? same : Buffer.from(bytes))
    }
    return pieces.length !== before.length || pieces.some((piece, i) => piece !== before[i])
  }

  const make = (): void => {
    const now = new Map<number, Known>()
    isComplete = true
    const add = (
      { pid, startedMs, comm, parent, uid, threads }: Hidden,
      cgroup: string | null,
      bytes?: Buffer,
    ): void => {
      const before = known.get(pid)?.row
      const isKnown = before?.startedMs === startedMs && before.comm === comm
      const args = lines.of(pid, startedMs, isKnown)
      const row: ProcessRow = {
        pid,
        startedMs,
        comm,
        args: args ?? null,
        parent,
        uid,
        user: userOf(uid) ?? null,
        threads,
        cgroup,
        ...(cgroup !== null && cgroup === before?.cgroup
          ? { container: before.container, containerGroup: before.containerGroup }
          : container(cgroup)),
      }
      now.set(pid, { row: before && sameRow(before, row) ? before : row, startedMs, uid, bytes })
    }
    const groupAt = (bytes: Buffer, from: number, pid: number, startedMs: number): string | null => {
      const group = groupOf(pid, startedMs, at.cgroup(bytes, from), at.groups(bytes, from)) ?? null
      isComplete &&= group !== null
      return group
    }
    /** What the kernel's record does not say may be known by now, or be another. */
    const isAsItWas = ({ row, startedMs, uid }: Known, group: string | null): boolean =>
      row.cgroup === group &&
      row.args === (lines.of(row.pid!, startedMs, true) ?? null) &&
      row.user === (userOf(uid) ?? null)
    for (const bytes of pieces)
      for (let from = 0, to = record.size; to <= bytes.length; from = to, to += record.size) {
        const pid = at.pid(bytes, from)
        const before = known.get(pid)
        const isSame = before?.bytes?.compare(bytes, from, to) === 0
        if (isSame && isAsItWas(before, groupAt(bytes, from, pid, before.startedMs))) {
          now.set(pid, before)
          continue
        }
        const startedMs = Math.floor(at.startedNs(bytes, from) / 1e6 / TICK_MS) * TICK_MS
        const one = {
          pid,
          startedMs,
          comm: at.comm(bytes, from),
          parent: at.parent(bytes, from),
          uid: at.uid(bytes, from),
          threads: at.threads(bytes, from),
        }
        add(one, groupAt(bytes, from, pid, startedMs), Buffer.from(bytes.subarray(from, to)))
      }
    const parents = Array.from(now.values(), ({ row }) => row.parent ?? 0)
    hidden = hiddenParents(parents, (pid) => now.has(pid))
    for (const one of hidden) add(one, groupIn(textOf(`/proc/${one.pid}/cgroup`)) ?? null)
    known = now
    lines.keep((pid) => now.has(pid))
    rows = table(Array.from(now.values(), ({ row }) => row))
    madeMs = turnMs()
  }

  const read = () => {
    const isOther = hasChanged()
    if (isOther || !isComplete || !lines.isQuiet() || turnMs() - madeMs >= AGAIN_MS || !hidden.every(isStill)) make()
    return { lost: 0, tables: { procs: rows }, hists: {}, totals: {} }
  }

  return { read, work: objectWork(() => [object]), close: object.close }
}
