// The scheduler without hooks on what it does often: CPU time, waits for a CPU and switches by the kernel's own accounts
// (what schedstat has). Exact sums of it, without longest waits and distribution, and without what threads off the CPU were
// doing. Its clock leaves out what it skips: short waits after wake-ups, between idle CPUs nearly all of them.
import { emptyHist } from '../../../model/base/histogram.ts'
import { schedTables } from '../../../model/sched-tables.ts'
import type { SchedData, SchedProc } from '../../../stream/sched-types.ts'
import { sharedGroups } from '../../proc/groups.ts'
import type { CountedSource } from '../../base/counted-source.ts'
import type { DescribedProbe } from '../../base/described-probe.ts'
import type { ProbeContext } from '../../base/probe.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import type { Target } from '../../../stream/target.ts'
import { threadsFrom } from './target-threads.ts'

const NOTHING = emptyHist()
const NOTHINGS = { sleep: NOTHING, disk: NOTHING, preempted: NOTHING }

/** How many and how long together is all that is known of them. */
const waitsOf = (all: readonly Pick<SchedProc, 'waits' | 'waitNs'>[]): Hist => ({
  ...NOTHING,
  count: all.reduce((sum, { waits }) => sum + waits, 0),
  sumNs: all.reduce((sum, { waitNs }) => sum + waitNs, 0),
})

/** Of who is selected each thread is told. */
export const schedFrom = (counted: CountedSource, log: ProbeContext['log'] = () => {}): DescribedProbe => {
  let target: Target | undefined
  const groupOf = sharedGroups()
  return {
    read() {
      const procs = counted
        .read()
        .map(
          ({
            pid,
            comm,
            startedMs,
            cgroupId,
            cgroup: path,
            threads,
            exited,
            switches,
            waits,
            waitNs,
            cpuNs: onCpuNs,
          }): SchedProc => {
            const cgroup = path ?? (cgroupId === undefined ? undefined : groupOf(pid, startedMs, cgroupId))
            return {
              pid,
              comm,
              startedMs,
              threads,
              switches,
              waits,
              waitNs,
              onCpuNs,
              calls: [],
              ...(cgroup !== undefined && { cgroup }),
              ...(exited && { exited }),
            }
          },
        )
      const data: SchedData = { procs, ...NOTHINGS, runq: waitsOf(procs) }
      if (target) {
        const threads = threadsFrom(counted.threads())
        data.target = { of: target, threads, ...NOTHINGS, runq: waitsOf(threads) }
      }
      return { ...schedTables(data), lost: counted.lost(), tier: { is: 'counted' } }
    },
    command(command) {
      if (command.cmd !== 'target') return
      const why = counted.setTarget(command.target)
      if (why !== undefined) log('warn', why)
      target = why === undefined ? command.target : undefined
    },
    work: counted.work,
    close: counted.close,
  }
}
