// Control groups at their limits, and what the probe says of them.
import type { ExecutionContext } from 'ava'
import { start } from '../../../src/engine/probes/containers/probe.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { sleepMs } from '../../helpers/workload.ts'

export type Counters = Record<string, number>

/** Each figure of ours is between what the truth grew by between the inner and between the outer readings; `slack`: how much
 * later the kernel may put it down. */
export const measured = async (
  t: ExecutionContext,
  group: string,
  truth: () => Counters,
  work: () => unknown,
  slack: Counters = {},
) => {
  const probe = startHere(t, start, 'containers')
  await sleepMs(300)
  const beganMs = performance.now()
  const outer = truth()
  probe.read()
  const inner = truth()
  await work()
  const innerEnd = truth()
  const row = rowsOf(probe.read(), 'groups').find((each) => each.cgroup === group)!
  const outerEnd = truth()
  for (const id of Object.keys(outer)) {
    const [least, most] = [innerEnd[id]! - inner[id]!, outerEnd[id]! - outer[id]!]
    const more = slack[id] ?? 0
    const said = `${id}: ${row[id]}, between ${least} and ${most}`
    t.true(Number(row[id]) >= least - more && Number(row[id]) <= most + more, said)
  }
  return { row, tookNs: (performance.now() - beganMs) * 1e6 }
}
