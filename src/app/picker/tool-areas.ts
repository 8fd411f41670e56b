// The areas of tools of bcc, which say none themselves.
import type { Area } from '../../stream/areas.ts'

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
