// Names of functions, looked up as a namer does, in the test's own process.
import { openFiles } from '../../src/namer/code-files.ts'
import { createJobs } from '../../src/namer/base/jobs.ts'
import type { Named } from '../../src/namer/protocol.ts'
import { createService } from '../../src/namer/service.ts'
import { readVdso } from '../../src/namer/vdso.ts'
import { sleepMs } from './workload.ts'

const MOST_TRIES = 100

export const openNames = () => {
  const said: string[] = []
  const waiting = new Map<string, (named: Named) => void>()
  const jobs = createJobs(
    new Set(),
    () => {},
    () => setImmediate(() => service.again()),
  )
  const onLeftOut = (module: string, why: string): void => void said.push(`${module}: ${why}`)
  const files = openFiles({ jobs, onLeftOut, vdso: readVdso() })
  const service = createService({ files, jobs, jitBudget: { lines: 2_000_000 }, onLeftOut }, (answer) => {
    if (answer.is !== 'names') throw new Error(JSON.stringify(answer))
    for (const named of answer.at) waiting.get(`${answer.pid} ${named.address}`)!(named)
  })
  const ask = (pid: number, address: number): Promise<Named> =>
    new Promise((resolve) => {
      waiting.set(`${pid} ${address}`, resolve)
      service.ask({ pid, identity: 'one', at: [address] })
    })
  return {
    /** Innermost first; none where there is no code. Once nothing else is to be expected, or for some time. */
    async at(pid: number, address: number): Promise<Named['frames']> {
      for (let i = 0; ; i++) {
        const { frames, changes } = await ask(pid, address)
        if (!changes || i === MOST_TRIES) return frames
        await sleepMs(20)
      }
    },
    said,
    close: service.close,
  }
}
