// What a process and all its descendants take: memory (PSS: shared pages counted by share) and CPU time, from /proc.
import { readFileSync, readdirSync } from 'node:fs'
import { orElse } from '../../src/source/proc-stat.ts'

/** '' of what ended meanwhile. */
const read = (path: string): string => orElse('', () => readFileSync(path, 'utf8'))

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

/** CPU time of one process and the children it has waited for so far, user and kernel, in ms. By the scheduler's clock, as a tick is
 * as long as all that runs in a second; threads that have ended are in the ticks alone. */
export const cpuMs = (pid: number): number => {
  const [user, kernel, ofChildren, kernelOfChildren] = statFields(pid).slice(11, 15).map(Number)
  const ticked = ((user ?? 0) + (kernel ?? 0)) * TICK_MS
  return Math.max(ticked, ranMs(pid)) + ((ofChildren ?? 0) + (kernelOfChildren ?? 0)) * TICK_MS
}

/** Of the threads that there are; none of a process that ended meanwhile. */
const ranMs = (pid: number): number => {
  let ns = 0
  for (const tid of orElse([], () => readdirSync(`/proc/${pid}/task`)))
    ns += Number(read(`/proc/${pid}/task/${tid}/schedstat`).split(' ')[0])
  return ns / 1e6
}

export const nameOf = (pid: number): string => read(`/proc/${pid}/cmdline`).split('\0').slice(0, 2).join(' ').trim()
