// Who holds what a thread waits for: programs that wait in one way each, for a holder that they name themselves, against what
// is said of them. Of each way a hundred readings, in which everything has to be right: what, who, and how sure.
import { compilerOf, sampledWay, type Lasting, type Sampled } from '../engine/probes/holding.ts'
import { compilersOf, RUNTIME_WAYS, sampledRuntime } from '../engine/probes/runtime-ways.ts'
import { WAYS } from '../engine/probes/ways.ts'
import { missingCommand } from '../helpers/rights.ts'
import { skipped, within, type Area, type Finding } from './check.ts'

interface Subject {
  figure: string
  commands: readonly string[]
  sampled(t: Lasting): Promise<Sampled>
}

const SUBJECTS: readonly Subject[] = [
  ...WAYS.map((way) => ({
    figure: `${way.way}${way.musl ? ' (musl)' : ''}, readings right`,
    commands: [compilerOf(way)],
    sampled: (t: Lasting) => sampledWay(t, way),
  })),
  ...RUNTIME_WAYS.map((way) => ({
    figure: `${way.way} (${way.runtime}), readings right`,
    commands: compilersOf(way),
    sampled: (t: Lasting) => sampledRuntime(t, way),
  })),
]

/** Every one of them is a test of its own, in full. */
const FEW = 3

export const area: Area = {
  name: 'waits',
  needs: ['clang'],
  bpf: true,
  checks: async (scale) => {
    const findings: Finding[] = []
    for (const { figure, commands, sampled } of scale === 'full' ? SUBJECTS : SUBJECTS.slice(0, FEW)) {
      const missing = missingCommand(commands)
      if (missing !== undefined) {
        findings.push(skipped(figure, missing))
        continue
      }
      const { made, wrong } = await lasting(sampled)
      findings.push(within(0.01)(figure, made - wrong.length, made))
    }
    return findings
  },
}

/** Ends what was begun, last first. */
const lasting = async <T>(body: (t: Lasting) => Promise<T>): Promise<T> => {
  const ends: (() => unknown)[] = []
  try {
    return await body({ teardown: (end) => void ends.push(end as () => unknown) })
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}
