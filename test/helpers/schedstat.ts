// Counts beside work for tests.
import { readFileSync } from 'node:fs'

/** CPU time and time waited in ns, and times it was on a CPU, of a process with one thread. */
export const schedstat = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number)
