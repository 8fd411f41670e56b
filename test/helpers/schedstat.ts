// What the scheduler keeps of a process with one thread.
import { readFileSync } from 'node:fs'

/** CPU time and time waited in ns, and times it was on a CPU, since it was made. */
export const schedstat = (pid: number): [cpuNs: number, waitNs: number, slices: number] =>
  readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number) as [number, number, number]
