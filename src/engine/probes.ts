// The probes the engine can run: how each is started and, for those in the kernel, what has to be there first.
import { join } from 'node:path'
import type { OwnProbeId, ProbeId } from '../stream/types.ts'
import { BpfError } from './native/libbpf.ts'
import { startSched } from './native/sched.ts'
import { schedFrom, startSchedCounted } from './native/sched-counted.ts'
import { startStacks } from './native/stacks.ts'
import type { StartProbe } from './probe.ts'
import { checkHooks, checkNeeds } from './reasons.ts'
import { openProcCounted } from './proc/counted.ts'
import { orProc, withThin } from './tiers.ts'

export type Registry = { [P in OwnProbeId]: StartProbe<P> }

/** `startProc`: what needs neither rights nor programs, for machines where these cannot be had. */
const inKernel = <P extends ProbeId>(
  object: string,
  hooks: readonly string[],
  start: StartProbe<P>,
  startProc?: StartProbe<P>,
): StartProbe<P> => {
  const checked: StartProbe<P> = (context) => {
    const needs = { object: join(context.objects, object), hooks }
    checkNeeds(needs)
    try {
      return start(context)
    } catch (error) {
      if (error instanceof BpfError) checkHooks(needs)
      throw error
    }
  }
  return startProc ? orProc(checked, startProc) : checked
}

const startSchedProc: StartProbe<'sched'> = ({ log }) =>
  schedFrom(openProcCounted('/proc', () => log('warn', TOO_MANY)))
const TOO_MANY = 'there are more threads than can be read from /proc in an interval: some processes are left out'

export const REGISTRY: Registry = {
  sched: inKernel(
    'sched.bpf.o',
    ['sched_switch', 'sched_wakeup', 'sched_wakeup_new', 'task_newtask', 'iter/task'],
    withThin(startSched, startSchedCounted),
    startSchedProc,
  ),
  stacks: inKernel('stacks.bpf.o', ['sched_switch', 'sched_waking', 'iter/task'], startStacks),
}
