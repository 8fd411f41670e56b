// The scheduler without hooks: CPU time, waits for a CPU and switches by the kernel's own accounts (what schedstat has).
// Exact sums of it, without longest waits and distribution, and without what threads off the CPU were doing. Its clock
// leaves out what it skips: short waits after wake-ups, between idle CPUs nearly all of them.
import { emptyHist } from '../../../model/histogram.ts'
import { schedTables } from '../../../model/sched-tables.ts'
import type { SchedData, SchedProc } from '../../../stream/sched.ts'
import { cgroupPaths } from '../../proc/cgroups.ts'
import type { CountedSource } from '../../counted-source.ts'
import type { DescribedProbe } from '../../described.ts'

const NOTHING = emptyHist()

export const schedFrom = (counted: CountedSource): DescribedProbe => {
  const pathOf = cgroupPaths(() => performance.now())
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
            switches,
            waits,
            waitNs,
            cpuNs: onCpuNs,
          }): SchedProc => {
            const cgroup = path ?? (cgroupId === undefined ? undefined : pathOf(cgroupId))
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
            }
          },
        )
      const sum = (of: (proc: SchedProc) => number): number => procs.reduce((total, proc) => total + of(proc), 0)
      const runq = { ...NOTHING, count: sum(({ waits }) => waits), sumNs: sum(({ waitNs }) => waitNs) }
      const data: SchedData = { procs, runq, sleep: NOTHING, disk: NOTHING, preempted: NOTHING }
      return { ...schedTables(data), lost: 0, tier: { is: 'counted' } }
    },
    work: counted.work,
    close: counted.close,
  }
}
