// The code of all processes that were seen in stacks, found again as long as they were not replaced. Bounded: those not
// seen for longest go first.
import { openFiles } from './files.ts'
import { identityOf, readCode } from './process.ts'
import type { Code } from './process.ts'

export interface Processes {
  /** Of a process seen now. Also of one that is gone, if it was seen before. */
  code(pid: number): Code
  /** Once a reading. */
  renew(): void
  close(): void
}

const MOST_PROCESSES = 1024

export const openProcesses = (onLeftOut: Parameters<typeof openFiles>[0] = () => {}): Processes => {
  const files = openFiles(onLeftOut)
  // in the order in which they were seen last
  const known = new Map<number, Code>()
  const checked = new Set<number>()

  return {
    code(pid) {
      let code = known.get(pid)
      if (code && checked.has(pid)) return code
      checked.add(pid)
      const identity = code && identityOf(pid)
      if (!code || (identity !== undefined && identity !== code.identity)) code = readCode(pid, files)
      known.delete(pid)
      known.set(pid, code)
      return code
    },
    renew() {
      checked.clear()
      for (const pid of known.keys()) {
        if (known.size <= MOST_PROCESSES) break
        known.delete(pid)
      }
      for (const code of known.values()) code.renew()
    },
    close() {
      files.close()
      known.clear()
    },
  }
}
