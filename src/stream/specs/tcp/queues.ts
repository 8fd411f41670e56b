// The tab of TCP queues: what waits at both ends of a session, and for what.
import type { ColumnSpec } from '../../spec.ts'
import { shared } from './sessions.ts'

export const QUEUES: readonly ColumnSpec[] = [
  ...shared({ command: 0, remote: 1, pid: 7 }),
  {
    id: 'state',
    title: 'STATE',
    help: 'TCP state, or how it ended in this interval',
    value: { named: 'state', as: 'text' },
    priority: 6,
    width: 8,
  },
  {
    id: 'waits',
    title: 'WAITS FOR',
    help: 'what holds up the bytes in its queues',
    value: { named: 'waits', as: 'text' },
    priority: 2,
    width: 16,
  },
  {
    id: 'unread',
    title: 'UNREAD',
    help: 'received and not fetched by the program',
    value: { value: 'unread' },
    priority: 3,
  },
  {
    id: 'unsent',
    title: 'UNSENT',
    help: 'written by the program and not yet sent',
    value: { value: 'unsent' },
    priority: 4,
  },
  { id: 'unacked', title: 'UNACKED', help: 'sent and not yet acknowledged', value: { value: 'unacked' }, priority: 5 },
  {
    id: 'window',
    title: 'WINDOW',
    help: 'what the peer takes beyond what it acknowledged',
    value: { value: 'window' },
    priority: 8,
  },
  {
    id: 'congestion',
    title: 'STATE',
    help: 'of congestion control: open, disorder, cwr, recovery, loss',
    value: { value: 'congestion' },
    priority: 9,
    width: 8,
  },
  { id: 'cwnd', title: 'CWND', help: 'congestion window, segments', value: { value: 'cwnd' }, priority: 10 },
  {
    id: 'reordered',
    title: 'REORD',
    help: 'times that segments came out of order, since it began',
    value: { value: 'reordered' },
    priority: 11,
  },
]
