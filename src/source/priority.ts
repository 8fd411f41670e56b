// On the machine that is too busy probetop is needed most: where it may, it runs before the load it shows (as atop
// does). What it costs is shown in the header, whatever its priority.
import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/** Of this process, with the threads that Node has made before us, and of all that it will start; without effect where
 * the rights are missing. */
export const goFirst = (): void => {
  for (const thread of threads()) prioritise(thread, constants.priority.PRIORITY_HIGHEST)
}

/** Of this process and its threads: back in the line, for good once the rights are gone. */
export const stepBack = (): void => {
  for (const thread of threads()) goNormally(thread)
}

/** For a child whose work is not bounded: back in the line. Where the kernel shares CPUs by session (autogroup) the
 * session of the engine goes first as a whole, so that such a child is to be started in one of its own (detached). */
export const goNormally = (pid: number): void => prioritise(pid, constants.priority.PRIORITY_NORMAL)

const threads = (): number[] => {
  try {
    return readdirSync('/proc/self/task').map(Number)
  } catch {
    return []
  }
}

const prioritise = (pid: number, priority: number): void => {
  try {
    setPriority(pid, priority)
  } catch {
    // not allowed, or gone already
  }
}
