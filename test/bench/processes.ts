// What a process and all its descendants take: memory (PSS: shared pages counted by share) and CPU time, from /proc.
import { readFileSync, readdirSync } from 'node:fs'

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it ended meanwhile
  }
}

/** Fields after the command name in /proc/PID/stat: [state, ppid, ...]. */
const statFields = (pid: number): string[] => read(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ')

/** The process and its descendants. */
export const tree = (root: number): number[] => {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = Number(statFields(Number(name))[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const found = [root]
  for (const pid of found) found.push(...(children.get(pid) ?? []))
  return found
}

/** KiB of one process. */
export const pssKib = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0)

const TICK_MS = 10

/** CPU time of one process and the children it has waited for so far, user and kernel, in ms. */
export const cpuMs = (pid: number): number =>
  statFields(pid)
    .slice(11, 15)
    .reduce((sum, field) => sum + Number(field), 0) * TICK_MS

export const nameOf = (pid: number): string => read(`/proc/${pid}/cmdline`).split('\0').slice(0, 2).join(' ').trim()
