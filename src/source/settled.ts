// What a process does when its start is past. What only starting needed of the program's code is given back: node's start goes
// through some 40 MB of it, of which ten are looked at again, and what is mapped counts as ours for as long as we live; what is
// needed again comes from the kernel's cache. And V8 is told what is for the time after (v8-flags.ts).
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { RUNNING_FLAGS, START_FLAGS } from './v8-flags.ts'

/** The first intervals, the first frames and what is compiled for them are past by then, and V8 has collected what they left (for
 * the second time after some 17 s). */
const SETTLED_MS = 20_000
/** What is rarely done (V8 optimises a function, or marks the whole heap) goes through megabytes of node's code as well: that is
 * given back after so long, and then after twice as long each time, up to the most. It takes some 5 ms. */
const AGAIN_MS = 30_000
const MOST_MS = 300_000
const MADV_DONTNEED = 4

/** When what runs has settled. */
export const settleLater = (): void => {
  setTimeout(() => {
    if (START_FLAGS.every((flag) => process.execArgv.includes(flag)))
      for (const flag of RUNNING_FLAGS) setFlagsFromString(flag)
    void giveBack()
    giveBackIn(AGAIN_MS)
  }, SETTLED_MS).unref()
}

const giveBackIn = (ms: number): void => {
  setTimeout(() => {
    void giveBack()
    giveBackIn(Math.min(2 * ms, MOST_MS))
  }, ms).unref()
}

/** A machine without koffi or /proc keeps it. */
export const giveBack = async (): Promise<void> => {
  try {
    const { default: koffi } = await import('koffi')
    const madvise = koffi.load(null).func('int madvise(uintptr_t from, size_t bytes, int advice)')
    for (const { from, to } of cleanParts(readFileSync('/proc/self/smaps', 'latin1')))
      madvise(from, to - from, MADV_DONTNEED)
  } catch {
    // nothing is lost by it
  }
}

interface Part {
  /** Addresses; `to` is not within. */
  from: number
  to: number
}

/** Parts of files that are read or run only, and of which nothing was written: of these nothing can be lost. */
export const cleanParts = (smaps: string): Part[] =>
  smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).flatMap((text) => {
    const head = /^([0-9a-f]+)-([0-9a-f]+) r-[-x]p [0-9a-f]+ \S+ \d+ +\/./.exec(text)
    return head && kbOf(text, 'Anonymous') === 0 && kbOf(text, 'Swap') === 0
      ? [{ from: Number.parseInt(head[1]!, 16), to: Number.parseInt(head[2]!, 16) }]
      : []
  })

/** NaN where it is not said. */
const kbOf = (text: string, name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1])
