// Why the engine ended, in words for the title of a panel. Pure.
import { constants } from 'node:os'

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number as number, name]))

/** `code` as a shell gives it; `words` are the last lines on stderr; `memoryRanOut`: the kernel killed for want of memory
 * meanwhile. */
export const whyEnded = (
  code: number,
  words: readonly string[],
  greeted: boolean,
  memoryRanOut = false,
): { why: string; hint: string } => {
  const refused = words.find((line) => line.startsWith('sudo: '))
  if (refused !== undefined && !greeted) return { why: refused, hint: 'start it with `sudo probetop`' }
  const signal = code > 128 ? SIGNALS.get(code - 128) : undefined
  if (signal === 'SIGKILL' && memoryRanOut)
    return { why: 'memory ran out, and the kernel killed the engine', hint: 'it is started again; free some memory' }
  if (signal)
    return { why: `the engine was killed by ${signal}`, hint: 'it is started again; dmesg tells if memory ran out' }
  const how = `the engine ended with code ${code}`
  const error = words.findLast((line) => /error/i.test(line) && !/^\s+at /.test(line))
  return {
    why: error ? `${how}: ${error.trim().slice(0, 120)}` : how,
    hint: greeted ? 'see the log for its last words' : 'run `probetop --check`',
  }
}
