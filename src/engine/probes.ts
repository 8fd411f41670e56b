// The probes the engine can run: how each is started and, for those in the kernel, what has to be there first.
import { join } from 'node:path'
import type { OwnProbeId, ProbeId } from '../stream/types.ts'
import { startExecsnoop } from './bpftrace/execsnoop.ts'
import { startExecsnoopCounted } from './proc/execsnoop-counted.ts'
import { startBlock } from './native/block.ts'
import { startBlockCounted } from './native/block-counted.ts'
import { BpfError } from './native/libbpf.ts'
import { startSched } from './native/sched.ts'
import { startSchedCounted } from './native/sched-counted.ts'
import { startStacks } from './native/stacks.ts'
import { startSyscalls } from './native/syscalls.ts'
import type { StartProbe } from './probe.ts'
import { checkHooks, checkNeeds } from './reasons.ts'
import { withThin } from './tiers.ts'

export type Registry = { [P in OwnProbeId]: StartProbe<P> }

const inKernel =
  <P extends ProbeId>(object: string, hooks: readonly string[], start: StartProbe<P>): StartProbe<P> =>
  (context) => {
    const needs = { object: join(context.objects, object), hooks }
    checkNeeds(needs)
    try {
      return start(context)
    } catch (error) {
      if (error instanceof BpfError) checkHooks(needs)
      throw error
    }
  }

export const REGISTRY: Registry = {
  sched: inKernel(
    'sched.bpf.o',
    ['sched_switch', 'sched_wakeup', 'sched_wakeup_new', 'task_newtask', 'iter/task'],
    withThin(startSched, startSchedCounted),
  ),
  block: inKernel(
    'block.bpf.o',
    ['block_rq_insert', 'block_rq_issue', 'block_rq_complete'],
    withThin(startBlock, startBlockCounted),
  ),
  syscalls: inKernel('syscalls.bpf.o', ['sys_enter', 'sys_exit', 'sched_process_exit', 'iter/task'], startSyscalls),
  execsnoop: withThin(startExecsnoop, startExecsnoopCounted),
  stacks: inKernel('stacks.bpf.o', ['sched_switch', 'sched_waking', 'iter/task'], startStacks),
}
