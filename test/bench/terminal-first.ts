// The terminal in which probetop is measured goes before the load, and before probetop: it shall not be what is measured.
// Where the kernel shares CPUs by session (autogroup), the priority of the session counts; probetop has another one there.
import { readFileSync, writeFileSync } from 'node:fs'
import { goFirst } from '../../src/source/priority.ts'

const AUTOGROUP = '/proc/self/autogroup'

/** Gives what puts the session back. */
export const terminalFirst = (): (() => void) => {
  goFirst()
  const before = niceOfSession()
  if (before === undefined) return () => {}
  const asBefore = (): void => writeFileSync(AUTOGROUP, before)
  writeFileSync(AUTOGROUP, '-20')
  process.once('exit', asBefore)
  return () => {
    process.removeListener('exit', asBefore)
    asBefore()
  }
}

/** Undefined: this kernel has no such thing. */
const niceOfSession = (): string | undefined => {
  try {
    return /nice (-?\d+)/.exec(readFileSync(AUTOGROUP, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}
