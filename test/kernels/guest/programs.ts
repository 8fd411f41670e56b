// Runs the programs that do known work, and reads what they print: numbers.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export const numbersOf = async (command: string, ...words: (string | number)[]): Promise<number[]> => {
  const { stdout } = await execute(command, words.map(String))
  return stdout.trim().split(/\s+/).map(Number)
}

/** What the kernel itself says of a process that ended, all its life. */
export interface Life {
  pid: number
  switches: number
  onCpuNs: number
  waitNs: number
  /** How often it got a CPU after a wait. */
  runs: number
}

/** Of a control group's only process, or its last: and how long that had no quota. */
export interface Throttled extends Life {
  throttledNs: number
}

export const lifeOf = async (...command: (string | number)[]): Promise<Life> => {
  return lifeIn((await numbersOf('work', 'life', ...command)).slice(-5))
}

/** On the first CPU. */
export const throttledIn = async (group: string, ...command: (string | number)[]): Promise<Throttled> => {
  const numbers = await numbersOf('work', 'on', 0, 'work', 'throttled', group, ...command)
  return { ...lifeIn(numbers.slice(-5)), throttledNs: 1000 * numbers.at(-6)! }
}

const lifeIn = (numbers: readonly number[]): Life => {
  const [pid, switches, onCpuNs, waitNs, runs] = numbers as [number, number, number, number, number]
  return { pid, switches, onCpuNs, waitNs, runs }
}
