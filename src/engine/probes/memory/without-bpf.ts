// Memory without programs and rights: what the kernel counts, and page faults of each process that is there at the end of an
// interval, as /proc has them.
import { tableOf } from '../../../stream/spec.ts'
import { commIn, fieldsOf, pidsIn, textOf } from '../../../source/proc-stat.ts'
import type { StartDescribed } from '../../base/described-probe.ts'
import { faultsBetween, procRows, type ThreadFaults } from './decode.ts'
import { kernelCounters } from './kernel-counters.ts'
import { MEMORY } from './spec.ts'

/** Of those after the name: faults of the whole process, threads that have ended with them. */
const MINOR = 7
const MAJOR = 9

/** Exported for its test. */
export function* faultsIn(proc = '/proc'): Generator<ThreadFaults> {
  for (const pid of pidsIn(proc)) {
    const stat = textOf(`${proc}/${pid}/stat`)
    if (stat === '') continue
    const fields = fieldsOf(stat)
    const [minor, major] = [Number(fields[MINOR]), Number(fields[MAJOR])]
    if (!Number.isFinite(minor + major)) continue
    yield { tgid: pid, tid: pid, minor, major, endedMinor: 0, endedMajor: 0, comm: commIn(stat) }
  }
}

export const start: StartDescribed = () => {
  const between = faultsBetween()
  const counted = kernelCounters()

  const read = () => {
    const rows = between(faultsIn(), [], 0)
    const { kernel, totals } = counted()
    return {
      lost: 0,
      tier: { is: 'counted' as const },
      tables: { procs: tableOf(MEMORY.tables.procs, procRows(rows, [], false)), kernel },
      hists: {},
      totals,
    }
  }

  read()
  return { read, close: () => {} }
}
