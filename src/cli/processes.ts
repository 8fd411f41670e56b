// Do the processes named with -p exist, and the group of --cgroup? A thread's number is a common mistake and looks like
// a process in /proc.
import { readFileSync } from 'node:fs'
import { nearestWord } from '../app/nearest.ts'
import { sanitize } from '../stream/harmless.ts'
import { isGroup } from '../engine/proc/groups.ts'
import { startedMsOf } from '../engine/proc/selected-process.ts'
import { pidsIn } from '../source/proc-stat.ts'
import type { Selection } from '../model/selection.ts'
import { thisHost } from './checked-host.ts'
import { hasOtherPids } from './preconditions.ts'

/** With when the process was started that has the number now. */
export const withStarts = (only: readonly Selection[]): Selection[] =>
  only.map((selection) => {
    if (selection.is === 'pids') return { ...selection, startsMs: startsOf(selection.pids) }
    const startedMs = selection.is === 'process' ? startedMsOf(selection.pid) : undefined
    return startedMs === undefined ? selection : ({ ...selection, startedMs } as Selection)
  })

const startsOf = (pids: readonly number[]): Record<number, number> =>
  Object.fromEntries(
    pids.flatMap((pid) => [[pid, startedMsOf(pid)]]).filter(([, startedMs]) => startedMs !== undefined),
  )

/** One line for the user where their numbers mean other processes to the kernel. */
export const foreignProcess = (pids: readonly number[]): string | undefined =>
  pids.length > 0 && hasOtherPids(thisHost())
    ? `-p ${pids.join(',')}: the kernel knows processes by the machine's ids, and this container's PID namespace has others: start it with --pid=host, or use --comm or --cgroup`
    : undefined

/** A word where no process has this name now; one that starts later is shown. */
export const missingName = (comm: string): string | undefined => {
  const names = processNames()
  if (names.has(comm)) return undefined
  const near = nearestWord(comm, [...names])
  return `no process is called ${sanitize(comm)} now, waiting for one${near === undefined ? '' : `; did you mean ${sanitize(near)}?`}`
}

/** Empty where /proc does not say. */
const processNames = (): Set<string> => {
  const names = new Set<string>()
  for (const pid of pidsIn()) {
    try {
      names.add(readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd())
    } catch {
      // it has ended
    }
  }
  return names
}

/** One line for the user about the first that does not. */
export const missingProcess = (pids: readonly number[]): string | undefined => {
  for (const pid of pids) {
    const leader = leaderOf(pid)
    if (leader === undefined) return `no process ${pid}: -p wants PIDs of running processes, such as -p ${process.ppid}`
    if (leader !== pid) return `${pid} is a thread of process ${leader}: -p ${leader}`
  }
  return undefined
}

/** One line for the user when there is no such control group. */
export const missingCgroup = (path: string | undefined): string | undefined =>
  path === undefined || isGroup(path)
    ? undefined
    : `no control group ${JSON.stringify(path)}: --cgroup wants a path as in /proc/PID/cgroup, such as /system.slice/ssh.service`

const leaderOf = (pid: number): number | undefined => {
  try {
    return Number(/^Tgid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}
