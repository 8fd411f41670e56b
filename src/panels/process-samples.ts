// One process in the samples of all probes: what the process page and its snapshot say. Plain data, nothing formatted.
import { blockProcsOf, totalOf } from '../model/block.ts'
import type { Entry } from '../model/directory.ts'
import { schedOf } from '../model/sched.ts'
import { schedProcOf } from '../model/sched-some.ts'
import { sameStart, sameTarget } from '../model/selection.ts'
import type { View } from '../model/view.ts'
import { syscallsOf, type SyscallProc } from '../model/syscalls.ts'
import type { CpuQuota, SchedHists, SchedProc } from '../stream/sched-types.ts'
import type { Hist, Sample } from '../stream/stream-types.ts'
import type { BlockProc } from '../stream/specs/block.ts'
import type { ExecEvent } from '../stream/specs/execsnoop.ts'
import type { TcpListener, TcpSession } from '../stream/specs/tcp.ts'
import { eventsOf } from './execsnoop.ts'
import { listenersOf, sessionsOf } from './tcp-rows.ts'

/** Which process; where it is not known when it was started, any that has the number. */
export interface ProcessId {
  pid: number
  startedMs?: number
}

/** What a row about a process is known by; `comm` where the rest of them have one. */
export const processKey = ({ pid, startedMs, comm }: Partial<ProcessId> & { comm: string }): string =>
  startedMs === undefined ? String(pid ?? comm) : `${pid} ${startedMs}`

/** Of few shapes, as there are many of them. */
export const processRow = (
  proc: Partial<ProcessId> & { comm: string },
): { key: string; pid?: number; startedMs?: number } => {
  const { pid, startedMs } = proc
  const key = processKey(proc)
  if (pid === undefined) return startedMs === undefined ? { key } : { key, startedMs }
  return startedMs === undefined ? { key, pid } : { key, pid, startedMs }
}

export interface ProcessFacts {
  pid: number
  /** The newest name seen; '' when it never was. */
  comm: string
  /** Of the shown interval; absent when it did nothing in it (or the probe gave nothing). */
  sched?: SchedProc
  /** Of the group by whose CPU quota it was throttled. */
  quota?: CpuQuota
  block?: BlockProc
  syscalls?: SyscallProc
  sessions: TcpSession[]
  listeners: TcpListener[]
  /** Own histograms; there once the engine has been told the target. */
  hists?: SchedHists
  blockHist?: Hist
  /** Of the scheduler's sample and of each other's: one that was switched on within an interval covers less. */
  intervalMs: number
  blockMs: number
  syscallsMs: number
  tcpMs: number
  /** Newest interval in which it did something. */
  seenMs?: number
  ended?: { exitCode?: number; signal?: number }
}

export const processFacts = (view: View, { pid, startedMs }: ProcessId, depth: number): ProcessFacts => {
  const sched = view.samples('sched', depth)
  const block = view.samples('block', depth)
  const syscalls = view.samples('syscalls', depth)
  const tcp = view.latest('tcp')
  const mine = <T extends ProcessId>(rows: readonly T[]): T | undefined => rows.find(isOf({ pid, startedMs }))
  const history = {
    sched: sched.map(({ data }) => schedProcOf(data, pid, startedMs)),
    block: block.map(({ data }) => blockProcsOf(data).find((proc) => proc.pid === pid)),
    syscalls: syscalls.map((sample) => mine(syscallsOf(sample.data).procs)),
  }
  const lastSched = sched.at(-1)
  const ranOut = history.sched.at(-1)?.quota
  const quota = lastSched && schedOf(lastSched.data).quotas?.find(({ cgroup }) => cgroup === ranOut)
  const blockTarget = block.at(-1)?.data.target
  const blockHist =
    blockTarget && sameTarget(blockTarget.of, { is: 'process', pid, startedMs }) ? totalOf(blockTarget) : undefined
  const target = lastSched && schedOf(lastSched.data).target
  const shown = history.sched.findLastIndex((proc) => proc !== undefined)
  const [newest, seenMs] = shown >= 0 ? [history.sched[shown]!, sched[shown]!.atMs] : longAgo(view, { pid, startedMs })
  const exit = exitOf(view.samples('execsnoop', 120), pid)
  return {
    pid,
    comm:
      newest?.comm ??
      history.syscalls.findLast((proc) => proc !== undefined)?.comm ??
      view.directory().find(pid, startedMs)?.comm ??
      '',
    sched: history.sched.at(-1),
    ...(quota ? { quota } : {}),
    block: history.block.at(-1),
    syscalls: history.syscalls.at(-1),
    sessions: (tcp ? sessionsOf(tcp.data) : []).filter((session) => session.pid === pid),
    listeners: (tcp ? listenersOf(tcp.data) : []).filter((listener) => listener.pid === pid),
    ...(target && !target.partial && sameTarget(target.of, { is: 'process', pid, startedMs }) ? { hists: target } : {}),
    ...(blockHist ? { blockHist } : {}),
    intervalMs: lastSched?.intervalMs ?? 1000,
    blockMs: block.at(-1)?.intervalMs ?? 1000,
    syscallsMs: syscalls.at(-1)?.intervalMs ?? 1000,
    tcpMs: tcp?.intervalMs ?? 1000,
    ...(seenMs === undefined ? {} : { seenMs }),
    ...(newest?.exited || exit
      ? {
          ended: {
            exitCode: newest?.exitCode ?? exit?.exitCode ?? undefined,
            signal: newest?.signal ?? exit?.signal ?? undefined,
          },
        }
      : {}),
  }
}

const isOf =
  ({ pid, startedMs }: ProcessId) =>
  (row: ProcessId): boolean =>
    row.pid === pid && sameStart(row.startedMs, startedMs)

/** Before the history shown: the page of a process that has ended goes on saying how. */
const longAgo = (view: View, process: ProcessId): [proc: SchedProc | undefined, atMs: number | undefined] => {
  const samples = view.whole.samples('sched', Infinity)
  for (const sample of samples.reverse()) {
    const proc = schedProcOf(sample.data, process.pid, process.startedMs)
    if (proc) return [proc, sample.atMs]
  }
  return [undefined, undefined]
}

/** The newest other process of the same name: what an ended one is often followed by. */
export const nextOfName = (
  view: View,
  { comm, ...process }: ProcessId & { comm: string },
): (ProcessId & { comm: string }) | undefined => {
  const others = [...view.directory().all()].filter(
    (entry) => entry.comm === comm && !isOf(process)(entry) && !entry.exited,
  )
  const newest = others.reduce<Entry | undefined>(
    (last, entry) => (last === undefined || entry.pid > last.pid ? entry : last),
    undefined,
  )
  return newest && { pid: newest.pid, comm, ...(newest.startedMs === undefined ? {} : { startedMs: newest.startedMs }) }
}

/** Its exit, unless a later exec shows that the number lives on. */
const exitOf = (samples: readonly Sample<'execsnoop'>[], pid: number): ExecEvent | undefined => {
  const last = samples.flatMap(({ data }) => eventsOf(data)).findLast((event) => event.pid === pid)
  return last?.kind === 'exit' ? last : undefined
}
