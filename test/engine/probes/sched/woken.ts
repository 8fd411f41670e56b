// Threads that are woken, and where they run.
import type { FollowedProc } from '../../../../src/stream/sched-types.ts'
import { startSched } from '../../../helpers/sched.ts'

export const rowOf = (probe: ReturnType<typeof startSched>, pid: number): FollowedProc =>
  probe.read().data.procs.find((proc) => proc.pid === pid) as FollowedProc
