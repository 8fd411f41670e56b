// The areas under which panels, scripts and tools are listed, in the order in which one looks at a machine.
import type { PanelId } from '../../panels/panel-types.ts'

export const AREAS = [
  'CPU',
  'memory',
  'file systems',
  'disk',
  'network',
  'applications',
  'languages',
  'security',
  'kernel',
  'containers',
  'hypervisors',
  'others',
] as const
export type Area = (typeof AREAS)[number]

export const asArea = (text: string | undefined): Area =>
  AREAS.find((area) => area.toLowerCase() === text?.toLowerCase()) ?? 'others'

/** Of those that say none themselves. */
export const areaOfPanel = (id: PanelId): Area => (Object.hasOwn(OF_PANELS, id) ? OF_PANELS[id]! : 'others')

const OF_PANELS: Readonly<Record<PanelId, Area>> = {
  runq: 'CPU',
  offcpu: 'CPU',
  threads: 'CPU',
  time: 'applications',
  machine: 'CPU',
  memory: 'memory',
  files: 'file systems',
  fsync: 'file systems',
  block: 'disk',
  disks: 'disk',
  tcp: 'network',
  network: 'network',
  names: 'network',
  syscalls: 'applications',
  exec: 'applications',
  waits: 'applications',
  kernel: 'kernel',
  containers: 'containers',
}

export const areaOfTool = (name: string): Area => OF_TOOLS.find(([names]) => names.test(name))?.[1] ?? 'others'

const OF_TOOLS: readonly (readonly [RegExp, Area])[] = [
  [/^(cpudist|offcputime|profile|runq)/, 'CPU'],
  [/^(drsnoop|oomkill|slabratetop)$/, 'memory'],
  [/^(bio|bit|md)/, 'disk'],
  [/(dist|slower)$|^(cachestat|dcsnoop|file|mountsnoop|opensnoop|statsnoop|syncsnoop|vfsstat)/, 'file systems'],
  [/^(tcp|bindsnoop|gethostlatency|solisten)/, 'network'],
  [/^(execsnoop|exitsnoop|syscount|wakeuptime)$/, 'applications'],
  [/^(bashreadline|capable|killsnoop|sigsnoop)$/, 'security'],
  [/irqs$/, 'kernel'],
]
