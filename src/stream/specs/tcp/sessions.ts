// The tab of TCP sessions: every one with its traffic, round-trip time and retransmits; and its columns that others have, too.
import type { ColumnSpec } from '../../spec.ts'

export const SESSIONS: readonly ColumnSpec[] = [
  {
    id: 'pid',
    title: 'PID',
    help: 'owner; none for orphaned and kernel sockets',
    value: { named: 'owner', as: 'id' },
    priority: 6,
  },
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
    help: 'own address and port',
    value: { named: 'local', as: 'text' },
    priority: 8,
    width: 16,
    middle: true,
  },
  {
    id: 'direction',
    title: '',
    help: '> connected by us, < accepted, blank: older than the probe',
    value: { named: 'direction', as: 'text' },
    priority: 9,
    width: 1,
  },
  {
    id: 'remote',
    title: 'REMOTE',
    help: 'peer address and port',
    value: { named: 'remote', as: 'text' },
    priority: 1,
    width: 18,
    grow: true,
    middle: true,
  },
  {
    id: 'state',
    title: 'STATE',
    help: 'TCP state, or how it ended in this interval',
    value: { named: 'stateOrEnd', as: 'text' },
    priority: 5,
    width: 8,
  },
  { id: 'in', title: 'IN/s', help: 'payload received, per second', value: { perSecond: 'inBytes' }, priority: 2 },
  { id: 'out', title: 'OUT/s', help: 'payload sent, per second', value: { perSecond: 'outBytes' }, priority: 3 },
  { id: 'rtt', title: 'RTT', help: 'smoothed round-trip time', value: { named: 'rtt', as: 'ns' }, priority: 4 },
  {
    id: 'retransmits',
    title: 'RETR/s',
    help: 'segments retransmitted, per second',
    value: { perSecond: 'retransmits' },
    priority: 7,
    rule: 'retransmits',
  },
  {
    id: 'age',
    title: 'AGE',
    help: 'since established; blank for sessions older than the probe',
    value: { named: 'age', as: 'ms' },
    priority: 10,
  },
  { id: 'inTotal', title: 'IN', help: 'payload received since it began', value: { value: 'inTotal' }, priority: 11 },
  { id: 'outTotal', title: 'OUT', help: 'payload sent since it began', value: { value: 'outTotal' }, priority: 12 },
  {
    id: 'retransmitsTotal',
    title: 'RETR',
    help: 'segments retransmitted since it began',
    value: { value: 'retransmitsTotal' },
    priority: 13,
    detail: true,
  },
  {
    id: 'cwnd',
    title: 'CWND',
    help: 'congestion window, segments',
    value: { value: 'cwnd' },
    priority: 14,
    detail: true,
  },
]

/** Those that another tab has, too, with their priorities there. */
export const shared = (priorities: Readonly<Record<string, number>>): ColumnSpec[] =>
  SESSIONS.flatMap((column) => {
    const priority = priorities[column.id]
    return priority === undefined ? [] : [{ ...column, priority }]
  })
