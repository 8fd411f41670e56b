// How much memory the scripts' bpftraces may take together. One that would go beyond it is not started: what runs goes
// on, and the panel says how much there is and what would help. It is tried again.
import { readFileSync } from 'node:fs'
import { NoRoomError } from '../base/probe.ts'
import { orElse } from '../../source/proc-stat.ts'

export interface ScriptBudget {
  /** Throws a NoRoomError where one more is too much; what it returns lets go. `pid`: of its bpftrace, once there is one;
   * `expectedBytes`: what it takes at least until it is measured, where that is less than a bpftrace. */
  enter(pid: () => number | undefined, expectedBytes?: number): () => void
}

/** A bpftrace. */
const EXPECTED_BYTES = 90e6

/** `mostBytes` 0: any. `bytesOf`: with shared pages counted for a part of each process. */
export const createBudget = (mostBytes: number, bytesOf = pssOf): ScriptBudget => {
  const running = new Map<() => number | undefined, number>()
  return {
    enter(pid, expectedBytes = EXPECTED_BYTES) {
      const taken = [...running].map(([each, expected]) => Math.max(expected, bytesOf(each()) ?? 0))
      const sum = taken.reduce((all, bytes) => all + bytes, 0)
      if (mostBytes > 0 && running.size > 0 && sum + expectedBytes > mostBytes) {
        throw new NoRoomError(
          `${running.size === 1 ? '1 script takes' : `${running.size} scripts take`} ${Math.round(sum / 1e6)} MB, and ${Math.round(mostBytes / 1e6)} MB are allowed`,
          'leave another script, or allow more with --script-memory MB',
        )
      }
      running.set(pid, expectedBytes)
      return () => void running.delete(pid)
    },
  }
}

const pssOf = (pid: number | undefined): number | undefined =>
  orElse(undefined, () => {
    const kb = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]
    return kb === undefined ? undefined : Number(kb) * 1024
  })
