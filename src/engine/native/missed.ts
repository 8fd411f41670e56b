// Events the kernel skipped: it does not run a program while the same one is already running on that CPU, which
// happens when an interrupt raises the event again. It counts them; read through /proc, nothing else is needed.
import { readFileSync } from 'node:fs'
import type { BpfObject } from './object.ts'
import { difference } from './per-cpu.ts'

/** Skipped runs of all programs of an object since the last call; 0 where the kernel does not count them. */
export const missedRuns = (object: BpfObject): (() => number) => {
  const files = [...object.programFds().values()].map((fd) => `/proc/self/fdinfo/${fd}`)
  const change = difference()
  return () => change(files.reduce((sum, file) => sum + missesIn(readFileSync(file, 'utf8')), 0))
}

export const missesIn = (fdinfo: string): number => Number(/^recursion_misses:\s*(\d+)$/m.exec(fdinfo)?.[1] ?? 0)
