// The code of all processes that were seen in stacks, found again as long as they were not replaced. Bounded: of those
// not seen for longest the tables go first, then the names.
import { identityOf, readCode } from './process.ts'
import type { Code } from './process.ts'

export interface Processes {
  /** Of a process seen now. Also of one that is gone, if it was seen before. */
  code(pid: number): Code
  /** Once a reading. */
  renew(): void
  close(): void
}

const MOST_PROCESSES = 512
/** Each takes memory by the size of its files. */
const MOST_TABLES = 32

export const openProcesses = (): Processes => {
  // in the order in which they were seen last
  const known = new Map<number, Code>()
  const checked = new Set<number>()

  const bound = (): void => {
    const oldestFirst = [...known]
    for (const [pid, code] of oldestFirst.slice(0, -MOST_PROCESSES)) {
      code.release()
      known.delete(pid)
    }
    const withTables = oldestFirst.filter(([, code]) => code.hasTables)
    for (const [, code] of withTables.slice(0, -MOST_TABLES)) code.release()
  }

  return {
    code(pid) {
      let code = known.get(pid)
      if (code && checked.has(pid)) return code
      checked.add(pid)
      const identity = code && identityOf(pid)
      if (!code || (identity !== undefined && identity !== code.identity)) {
        code?.release()
        code = readCode(pid)
      }
      known.delete(pid)
      known.set(pid, code)
      return code
    },
    renew() {
      checked.clear()
      bound()
      for (const code of known.values()) code.renew()
    },
    close() {
      for (const code of known.values()) code.release()
      known.clear()
    },
  }
}
