// Do the processes named with -p exist? A thread's number is a common mistake and looks like a process in /proc.
import { readFileSync } from 'node:fs'

/** One line for the user about the first that does not. */
export const missingProcess = (pids: readonly number[]): string | undefined => {
  for (const pid of pids) {
    const leader = leaderOf(pid)
    if (leader === undefined) return `no process ${pid}: -p wants PIDs of running processes, such as -p ${process.ppid}`
    if (leader !== pid) return `${pid} is a thread of process ${leader}: -p ${leader}`
  }
  return undefined
}

const leaderOf = (pid: number): number | undefined => {
  try {
    return Number(/^Tgid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}
