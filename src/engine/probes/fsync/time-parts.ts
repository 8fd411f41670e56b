// What the time of an fsync is divided into, from how long its thread was off its CPU in which function of the kernel, and
// what the journal did in that time. Pure.
import { stackRule } from '../../../model/waits/stack-rules.ts'

/** In which phases a journal is, in the order in which what is said of them is: nothing is committed; others' handles are to
 * end; data of other files; blocks of the log; the record of the commit, with a flush. */
export const PHASES = ['PHASE_NONE', 'PHASE_HANDLES', 'PHASE_DATA', 'PHASE_LOG', 'PHASE_FLUSH'] as const
const PARTS_OF_PHASES = ['logNs', 'handlesNs', 'othersNs', 'logNs', 'flushNs'] as const

export interface Parts {
  ownNs: number
  handlesNs: number
  othersNs: number
  logNs: number
  flushNs: number
}

/** By the words of the rule that the stack meets. What is in none of these is in no part. */
const PARTS_OF_RULES: Readonly<Record<string, keyof Parts>> = {
  writeback: 'ownNs',
  'locked page': 'ownNs',
  disk: 'ownNs',
  'room in the disk queue': 'ownNs',
  'device flush': 'flushNs',
}
const JOURNAL = 'journal commit'

export const noParts = (): Parts => ({ ownNs: 0, handlesNs: 0, othersNs: 0, logNs: 0, flushNs: 0 })

/** Adds a stay; `phaseNs`: how much of it the journal was in each phase. */
export const addStay = (parts: Parts, functions: readonly string[], ns: number, phaseNs: readonly number[]): void => {
  const { words = '', kind } = stackRule(functions).rule ?? {}
  if (words !== JOURNAL) {
    const part = kind === 'io limit' ? 'ownNs' : PARTS_OF_RULES[words]
    if (part) parts[part] += ns
    return
  }
  // what is left of it is the way to and from the journal's thread
  let left = ns
  for (const [phase, part] of PARTS_OF_PHASES.entries()) {
    if (phase === 0) continue
    const of = Math.min(left, phaseNs[phase] ?? 0)
    parts[part] += of
    left -= of
  }
  parts.logNs += left
}
