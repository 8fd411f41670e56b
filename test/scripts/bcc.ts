// Tools of bcc, each as `--tool` runs it, for some seconds: what its panel shows, or why it does not run.
import { setTimeout as sleep } from 'node:timers/promises'
import { startTool } from '../../src/engine/tools/probe.ts'
import { ProbeError } from '../../src/engine/base/probe.ts'
import { specOfScript } from '../../src/model/scripts/spec.ts'
import { planOfTool } from '../../src/model/tools/tools.ts'
import { tablesData } from '../../src/stream/tables-check.ts'
import { gather, type Ran } from './run.ts'

/** Those of the first look at a machine, with what they are given. */
export const BCC: readonly (readonly string[])[] = [
  ['execsnoop'],
  ['opensnoop'],
  ['biolatency'],
  ['biosnoop'],
  ['cachestat'],
  ['ext4slower', '-m', '1'],
  ['runqlat'],
  ['tcplife'],
  ['tcpconnect'],
  ['offcputime', '-f'],
]

const START_MS = 60_000

export const runTool = async (
  [name, ...args]: readonly string[],
  { seconds, startMs = START_MS, onReady }: { seconds: number; startMs?: number; onReady?(): void },
): Promise<Ran> => {
  const plan = planOfTool({ name: name!, args, taken: () => false })
  const ran: Ran = { name: name!, attached: 0, of: 0, shown: [], rows: 0, lost: 0, notes: [] }
  let spec = specOfScript(plan)
  let probe
  try {
    probe = startTool(
      plan,
      { objects: '', scripts: '', intervalMs: 1000, nowMs: () => performance.now(), log: () => {} },
      { startMs, describe: (now) => void (spec = now) },
    )
  } catch (error) {
    if (error instanceof ProbeError) return { ...ran, reason: error.message }
    throw error
  }
  const beganMs = performance.now()
  try {
    while (!probe.ready!() && !probe.failure!() && performance.now() - beganMs < 2 * startMs) await sleep(20)
    ran.startMs = Math.round(performance.now() - beganMs)
    onReady?.()
    for (let second = 0; second < seconds; second++) {
      await sleep(1000)
      if (probe.failure!()) break
      if (probe.isLate!()) continue
      const { data, lost } = probe.read()
      const wrong = tablesData(data)
      if (wrong) throw new Error(`${name}: ${wrong}`)
      gather(ran, spec, data)
      ran.lost += lost
    }
    const why = probe.failure!()?.message
    return why === undefined ? ran : { ...ran, reason: why }
  } finally {
    await probe.close()
  }
}
