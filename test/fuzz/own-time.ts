// A clock that stands still while this thread could run and has no CPU, so that work is measured alike on a busy machine.
import { openSync, readSync } from 'node:fs'

const text = Buffer.alloc(128)

/** The kernel's account of the first thread, which is the one that runs scripts; undefined where there is none. */
const schedstat = ((): number | undefined => {
  try {
    return openSync('/proc/self/schedstat', 'r')
  } catch {
    return undefined
  }
})()

/** Nanoseconds in which it waited for a CPU: the second figure. */
const waitedNs = (): number => {
  if (schedstat === undefined) return 0
  return Number(text.toString('latin1', 0, readSync(schedstat, text, 0, text.length, 0)).split(' ')[1])
}

/** Milliseconds of the clock without the time waited for a CPU; of the clock where the kernel does not tell. */
export const ownTime = (): number => performance.now() - waitedNs() / 1e6
