// On the machine that is too busy probetop is needed most: where it may, it runs before the load it shows (as atop
// does). What it costs is shown in the header, whatever its priority.
import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/** Of this process, with the threads that Node has made before us, and of all that it will start; without effect where
 * the rights are missing. */
export const goFirst = (): void => {
  for (const thread of threads()) prioritise(thread, constants.priority.PRIORITY_HIGHEST)
}

/** Where the kernel shares CPUs by session (autogroup) a priority means nothing to other sessions, and ours is that of a
 * shell: while probetop starts, that goes first. Until there is something on the screen takes a quarter of a second of a
 * CPU, which is seconds beside a session of many busy threads. It lasts a moment, whatever happens; a session that somebody
 * has given another place stays there. Gives what ends it before. */
export const sessionGoesFirst = (): (() => void) => {
  let file: number | undefined
  const end = (): void => {
    if (file === undefined) return
    clearTimeout(timer)
    sets(file, 0)
    closeSync(file)
    file = undefined
  }
  // opened now: later the rights may be gone
  file = placeOfSession()
  const timer = setTimeout(end, START_MS)
  timer.unref()
  process.once('exit', end)
  return end
}

const START_MS = 2000
const FIRST = constants.priority.PRIORITY_HIGHEST

/** Put first; undefined where it is not ours to place. */
const placeOfSession = (): number | undefined => {
  try {
    const file = openSync('/proc/self/autogroup', 'r+')
    const text = Buffer.alloc(100)
    const isUsual = text.toString('latin1', 0, readSync(file, text)).trim().endsWith(' nice 0')
    if (isUsual && sets(file, FIRST)) return file
    closeSync(file)
  } catch {
    // no such thing here
  }
  return undefined
}

const sets = (file: number, nice: number): boolean => {
  try {
    writeSync(file, String(nice))
    return true
  } catch {
    return false
  }
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
