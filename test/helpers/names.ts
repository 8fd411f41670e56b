// Names of functions, looked up as a namer does, in the test's own process.
import { openFiles } from '../../src/namer/files.ts'
import { createJobs } from '../../src/namer/jobs.ts'
import type { Named } from '../../src/namer/protocol.ts'
import { createService } from '../../src/namer/service.ts'
import { readVdso } from '../../src/namer/vdso.ts'

export const openNames = () => {
  const said: string[] = []
  const waiting = new Map<string, (frames: Named['frames']) => void>()
  const jobs = createJobs(
    new Set(),
    () => {},
    () => setImmediate(() => service.again()),
  )
  const onLeftOut = (module: string, why: string): void => void said.push(`${module}: ${why}`)
  const files = openFiles({ jobs, onLeftOut, vdso: readVdso() })
  const service = createService({ files, jobs, jitBudget: { lines: 2_000_000 }, onLeftOut }, (answer) => {
    if (answer.is !== 'names') throw new Error(JSON.stringify(answer))
    for (const { address, frames } of answer.at) waiting.get(`${answer.pid} ${address}`)!(frames)
  })
  return {
    /** Innermost first; none where there is no code. */
    at: (pid: number, address: number): Promise<Named['frames']> =>
      new Promise((resolve) => {
        waiting.set(`${pid} ${address}`, resolve)
        service.ask({ pid, identity: 'one', at: [address] })
      }),
    said,
    close: service.close,
  }
}
