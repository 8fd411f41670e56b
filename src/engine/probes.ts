// The probes the engine can run that do not describe themselves: how each is started, and what has to be there first.
import { join } from 'node:path'
import type { OwnProbeId, ProbeId } from '../stream/types.ts'
import { BpfError } from './native/libbpf.ts'
import { startStacks } from './native/stacks.ts'
import type { StartProbe } from './probe.ts'
import { checkHooks, checkNeeds } from './reasons.ts'

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
  stacks: inKernel('stacks.bpf.o', ['sched_switch', 'sched_waking', 'iter/task'], startStacks),
}
