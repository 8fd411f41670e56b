// The probes that describe themselves, one line each. Importing this reads no probe's code, only what each says of itself.
import type { ProbeSpec } from '../../stream/spec.ts'
import { STACK_OPTIONS } from '../../stream/stack-types.ts'
import { BLOCK } from '../../stream/specs/block.ts'
import { EXECSNOOP } from '../../stream/specs/execsnoop.ts'
import { PROCESSES } from '../../stream/specs/processes.ts'
import { SCHED } from '../../stream/specs/sched.ts'
import { SYSCALLS } from '../../stream/specs/syscalls.ts'
import { TCP } from '../../stream/specs/tcp.ts'
import type { InKernel } from '../base/in-kernel.ts'
import type { DescribedEntry } from '../base/described-probe.ts'
import { CONTAINERS } from './containers/spec.ts'
import { DISKS } from './disks/spec.ts'
import { FILES } from './files/spec.ts'
import { FSYNC } from './fsync/spec.ts'
import { KERNEL } from './kernel/spec.ts'
import { MACHINE } from './machine/spec.ts'
import { MEMORY } from './memory/spec.ts'
import { NAMES } from './names/spec.ts'
import { NETWORK } from './network/spec.ts'
import { WAITS } from './waits/spec.ts'

export const DESCRIBED: readonly DescribedEntry[] = [
  { spec: PROCESSES, load: () => import('./processes/probe.ts') },
  {
    spec: SCHED,
    events: { hook: 'sched_switch', counted: ['procs.switches'] },
    objects: { cheaper: ['sched_sampled', 'counted'] },
    load: () => import('./sched/probe.ts'),
    loadCheaper: [() => import('./sched/sampled.ts'), () => import('./sched/hookless.ts')],
    loadWithout: () => import('./sched/without-bpf.ts'),
  },
  {
    spec: BLOCK,
    events: { hook: 'block_rq_issue', counted: ['disks.ops'] },
    objects: { cheaper: ['counted'] },
    load: () => import('./block/probe.ts'),
    loadCheaper: [undefined, () => import('./block/hookless.ts')],
    loadWithout: () => import('./block/without-bpf.ts'),
  },
  {
    spec: TCP,
    events: { hook: 'inet_sock_set_state', counted: ['opened', 'accepted', 'closed'] },
    load: () => import('./tcp/probe.ts'),
    loadWithout: () => import('./tcp/without-bpf.ts'),
  },
  {
    spec: EXECSNOOP,
    load: () => import('./execsnoop/probe.ts'),
    loadCheaper: [() => import('./execsnoop/without-bpf.ts')],
    loadWithout: () => import('./execsnoop/without-bpf.ts'),
  },
  {
    spec: SYSCALLS,
    events: { hook: 'sys_enter', counted: ['calls'] },
    objects: { beside: ['syscalls_detail'] },
    load: () => import('./syscalls/probe.ts'),
  },
  { spec: MEMORY, load: () => import('./memory/probe.ts'), loadWithout: () => import('./memory/without-bpf.ts') },
  { spec: KERNEL, load: () => import('./kernel/probe.ts'), loadWithout: () => import('./kernel/without-bpf.ts') },
  { spec: WAITS, load: () => import('./waits/probe.ts') },
  { spec: NETWORK, load: () => import('./network/probe.ts'), loadWithout: () => import('./network/without-bpf.ts') },
  { spec: NAMES, load: () => import('./names/probe.ts') },
  { spec: FILES, load: () => import('./files/probe.ts') },
  { spec: FSYNC, load: () => import('./fsync/probe.ts') },
  {
    spec: DISKS,
    load: () => import('./disks/probe.ts'),
    loadCheaper: [() => import('./disks/without-bpf.ts')],
    loadWithout: () => import('./disks/without-bpf.ts'),
  },
  { spec: MACHINE, load: () => import('./machine/probe.ts') },
  {
    spec: CONTAINERS,
    events: { hook: 'sched_switch' },
    load: () => import('./containers/probe.ts'),
    loadWithout: () => import('./containers/without-bpf.ts'),
  },
]

export const SPECS: readonly ProbeSpec[] = DESCRIBED.map(({ spec }) => spec)

/** The one that does not describe itself (own-probes.ts). */
export const STACKS: InKernel = {
  id: 'stacks',
  hooks: [{ name: 'sched_switch' }, { name: 'sched_waking' }, { name: 'iter/task' }],
  options: STACK_OPTIONS,
  events: { hook: 'sched_switch' },
  objects: { beside: ['stacks_plain'] },
}

/** All of those with programs of ours. */
export const IN_KERNEL: readonly InKernel[] = [
  STACKS,
  ...DESCRIBED.filter(({ spec }) => spec.kind === 'core').map(({ spec, events, objects }) => ({
    ...spec,
    events,
    objects,
  })),
]
