// Stacks unwound as a namer does it, in the test's own process, beside what gdb says of them.
import { openFiles } from '../../src/namer/code-files.ts'
import { createJobs } from '../../src/namer/base/jobs.ts'
import { openCode } from '../../src/namer/process-code.ts'
import { MACHINE } from '../../src/namer/unwind/register-names.ts'
import { openWalk } from '../../src/namer/unwind/stack.ts'
import type { Walk } from '../../src/namer/unwind/unwound.ts'
import { readVdso } from '../../src/namer/vdso.ts'
import { gdbThreads } from './gdb.ts'
import type { GdbThread } from './gdb.ts'
import { sleepMs } from './workload.ts'

interface Both {
  gdb: GdbThread
  /** Innermost first. */
  addresses: number[]
  walk: Walk
}

/** Of all threads of a process. */
export const unwoundBoth = async (pid: number): Promise<Both[]> => {
  const jobs = createJobs(
    new Set(),
    () => {},
    () => {},
  )
  const onLeftOut = (module: string, why: string): never => {
    throw new Error(`${module}: ${why}`)
  }
  const files = openFiles({ jobs, onLeftOut, vdso: readVdso() })
  const code = openCode(pid, { files, jobs, jitBudget: { lines: 0 }, onLeftOut })
  const all: Both[] = []
  try {
    for (const gdb of gdbThreads(pid)) {
      const walk = openWalk({ ip: gdb.ip, exact: true, registers: [...gdb.registers], stack: gdb.stack }, MACHINE)
      while (!walk.goOn(code.row)) await sleepMs(5)
      all.push({ gdb, walk, addresses: [gdb.ip, ...walk.callers] })
    }
  } finally {
    code.close()
    files.close()
  }
  return all
}
