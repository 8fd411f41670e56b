// The tables of the probe of system calls as objects, and the probe as tests run it.
import { join } from 'node:path'
import { start } from '../../src/engine/probes/syscalls/probe.ts'
import type { HowGot, ProbeContext } from '../../src/engine/base/probe.ts'
import { syscallsOf, type FailureCount, type SyscallCount, type Syscalls } from '../../src/model/syscalls.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import type { Target } from '../../src/stream/target.ts'
import { sleepMs } from './workload.ts'

/** `detail`: of all, or of the target. */
export type SyscallsView = Syscalls & { target?: { of: Target; calls: SyscallCount[]; failures: FailureCount[] } }

const asSyscalls = (data: TablesData): SyscallsView => {
  const { target } = data
  const all = syscallsOf(data)
  return {
    ...all,
    detail: all.detail || target !== undefined,
    ...(target
      ? { target: { of: target.of, calls: syscallsOf(target).calls, failures: syscallsOf(target).failures } }
      : {}),
  }
}

export const startSyscalls = (context: ProbeContext) => {
  const probe = start({ ...context, object: join(context.objects, 'syscalls.bpf.o') })
  return {
    ...probe,
    read: (): { data: SyscallsView; lost: number; tier?: HowGot } => {
      const { lost, tier, ...data } = probe.read()
      return { data: asSyscalls(data), lost, ...(tier && { tier }) }
    },
  }
}

/** Wanted, and there in the whole of an interval; the next one begins. */
export const beginDetail = async (probe: ReturnType<typeof startSyscalls>): Promise<void> => {
  probe.command!({ cmd: 'options', options: { detail: true } })
  for (let i = 0; i < 200 && !probe.read().data.detail; i++) await sleepMs(50)
}
