// Do the processes named with -p exist, and the group of --cgroup? A thread's number is a common mistake and looks like
// a process in /proc.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findCgroupRoot } from '../engine/proc/cgroups.ts'

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
  path === undefined || hasCgroup(path)
    ? undefined
    : `no control group ${JSON.stringify(path)}: --cgroup wants a path as in /proc/PID/cgroup (v2), such as /system.slice/ssh.service`

const hasCgroup = (path: string): boolean => {
  const root = findCgroupRoot()
  return root !== undefined && existsSync(join(root, path))
}

const leaderOf = (pid: number): number | undefined => {
  try {
    return Number(/^Tgid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}
