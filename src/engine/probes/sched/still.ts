// A process whose only thread slept throughout an interval, and how it is known again in the next one: the kernel's program
// says the very same of it. No system calls here.
import type { FollowedProc } from '../../../stream/sched-types.ts'
import type { RecordLayout } from './record-layout.ts'

export interface Still {
  /** The record that it was made of. */
  words: Int32Array
  /** In which call it sleeps. */
  call: number
  /** It is as it was an interval ago. */
  goesOn: boolean
  /** Number of the interval that it was last met in. */
  met: number
}

/** Records are compared as signed words: no other numbers of 32 bits come without an object of their own. */
export const stillReader = ({ size, call }: RecordLayout['idle']) => {
  const length = size >>> 2
  return {
    /** Of the record at a byte offset. */
    of: (view: Int32Array, at: number, met: number): Still => ({
      words: view.slice(at >>> 2, (at >>> 2) + length),
      call: view[(at + call) >>> 2]! >>> 0,
      goesOn: false,
      met,
    }),
    isSame(words: Int32Array, view: Int32Array, at: number): boolean {
      for (let word = 0, from = at >>> 2; word < length; word++) if (words[word] !== view[from + word]) return false
      return true
    },
  }
}

/** It slept through one more interval. */
export const goOn = (still: Still, sent: FollowedProc, intervalNs: number, met: number): void => {
  still.goesOn = true
  still.met = met
  sent.sleepNs = intervalNs
  const call = sent.calls[0]
  if (call) call.ns = intervalNs
}
