// The tab of TCP listeners: who listens, and how many wait to be accepted.
import type { ColumnSpec } from '../../spec.ts'

export const LISTENERS: readonly ColumnSpec[] = [
  { id: 'pid', title: 'PID', help: 'owner', value: { named: 'owner', as: 'id' }, priority: 2 },
  {
    id: 'command',
    title: 'COMMAND',
    help: 'name of the owner',
    value: { named: 'command', as: 'text' },
    priority: 0,
    width: 8,
  },
  {
    id: 'local',
    title: 'LOCAL',
    help: 'address and port',
    value: { named: 'local', as: 'text' },
    priority: 1,
    width: 12,
    grow: true,
  },
  {
    id: 'backlog',
    title: 'BACKLOG',
    help: 'connections waiting to be accepted',
    value: { value: 'backlog' },
    priority: 3,
  },
  { id: 'backlogMax', title: 'MAX', help: 'most that may wait', value: { value: 'backlogMax' }, priority: 4 },
  {
    id: 'drops',
    title: 'DROPS/s',
    help: 'connections and SYNs dropped as the queue was full, or for another reason, per second',
    value: { perSecond: 'drops' },
    priority: 5,
    rule: 'listen-overflow',
  },
  { id: 'dropsTotal', title: 'DROPS', help: 'since it listens', value: { value: 'dropsTotal' }, priority: 6 },
]
