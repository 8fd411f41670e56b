// A process whose only thread slept throughout an interval, and how it is known again in the next one: in the same call,
// under the same name. No system calls here.
import type { FollowedProc } from '../../../stream/sched-types.ts'
import type { RecordLayout } from './record-layout.ts'

export interface Still {
  call: number
  /** As words of its record. */
  comm: readonly number[]
  /** It is as it was an interval ago. */
  goesOn: boolean
}

const COMM_WORDS = 4

export const stillReader = (idle: RecordLayout['idle']) => {
  const callAt = (view: Uint32Array, at: number): number => view[(at + idle.call) >>> 2]!
  const commAt = (view: Uint32Array, at: number, word: number): number => view[((at + idle.comm) >>> 2) + word]!
  return {
    /** Of the record at a byte offset. */
    of: (view: Uint32Array, at: number): Still => ({
      call: callAt(view, at),
      comm: Array.from({ length: COMM_WORDS }, (_, word) => commAt(view, at, word)),
      goesOn: false,
    }),
    isSame({ call, comm }: Still, view: Uint32Array, at: number): boolean {
      if (call !== callAt(view, at)) return false
      for (let word = 0; word < COMM_WORDS; word++) if (comm[word] !== commAt(view, at, word)) return false
      return true
    },
  }
}

/** It slept through one more interval. */
export const goOn = (still: Still, sent: FollowedProc, intervalNs: number): void => {
  still.goesOn = true
  sent.sleepNs = intervalNs
  for (const call of sent.calls) call.ns = intervalNs
}
