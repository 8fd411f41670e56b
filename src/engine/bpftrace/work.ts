// The work of another process that loads programs of its own (a bpftrace, a tool of bcc): its descriptors tell the programs, its
// times what it takes itself.
import { readdirSync, readFileSync } from 'node:fs'
import { runsIn } from '../native/work.ts'
import type { ProbeCost } from '../../stream/cost-message.ts'
import type { ProbeWork, ProgramRuns } from '../base/probe.ts'
import { orElse, parseStat, textOf } from '../../source/proc-stat.ts'

export const processWork = (pid: () => number | undefined, source: ProbeCost['source'] = 'bpftrace'): ProbeWork => ({
  source,
  programs: () => {
    const folder = `/proc/${pid()}/fdinfo`
    const names = orElse([], () => readdirSync(folder))
    return names.flatMap((name): ProgramRuns[] => {
      const runs = runsIn(textOf(`${folder}/${name}`))
      return runs ? [{ ...runs, iterator: false, detail: false }] : []
    })
  },
  fullest: () => undefined,
  processNs: () => orElse(undefined, () => parseStat(readFileSync(`/proc/${pid()}/stat`, 'utf8')).cpuMs * 1e6),
})
