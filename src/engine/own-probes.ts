// The probes the engine can run that do not describe themselves: how each is started, and what has to be there first.
import { join } from 'node:path'
import type { OwnProbeId } from '../stream/probe-ids.ts'
import { deferred } from './deferred.ts'
import { aheadOf } from './described.ts'
import type { StartProbe } from './base/probe.ts'
import { STACKS } from './probes/registry.ts'
import { startChecked } from './reasons.ts'

type Registry = { [P in OwnProbeId]: StartProbe<P> }

const NAMES = STACKS.hooks.map(({ name }) => name)

export const REGISTRY: Registry = {
  stacks: (context) =>
    deferred(async () => {
      const { stacksPlan } = await import('./native/stacks-object.ts')
      const { startStacks } = await import('./native/stacks-probe.ts')
      return aheadOf(
        () => stacksPlan(context),
        () => startChecked({ object: join(context.objects, 'stacks.bpf.o'), hooks: NAMES }, () => startStacks(context)),
      )
    }),
}
