// TCP: who listens, and how many wait to be accepted.
import { perSecond } from '../../model/rates.ts'
import type { TcpListener } from '../../stream/specs/tcp.ts'
import type { Column, Row } from '../panel-types.ts'
import { endpoint } from './session-rows.ts'

export const LISTENERS: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'owner', priority: 2 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the owner', priority: 0, width: 8 },
  { id: 'local', title: 'LOCAL', kind: 'text', help: 'address and port', priority: 1, width: 12, grow: true },
  { id: 'backlog', title: 'BACKLOG', kind: 'count', help: 'connections waiting to be accepted', priority: 3 },
  { id: 'backlogMax', title: 'MAX', kind: 'count', help: 'most that may wait', priority: 4 },
  {
    id: 'drops',
    title: 'DROPS/s',
    kind: 'rate',
    help: 'connections and SYNs dropped as the queue was full, or for another reason, per second',
    priority: 5,
    rule: 'listen-overflow',
  },
  { id: 'dropsTotal', title: 'DROPS', kind: 'count', help: 'since it listens', priority: 6 },
]

export const listenerKey = ({ family, local, localPort, pid }: TcpListener): string =>
  `${family} ${local} ${localPort} ${pid}`

export const listenerRow = (listener: TcpListener, intervalMs: number): Row => ({
  key: listenerKey(listener),
  ...(listener.pid ? { pid: listener.pid } : {}),
  cells: [
    listener.pid || undefined,
    listener.comm || undefined,
    endpoint(listener.family, listener.local, listener.localPort),
    listener.backlog ?? undefined,
    listener.backlogMax ?? undefined,
    listener.drops === null ? undefined : perSecond(listener.drops, intervalMs),
    listener.dropsTotal ?? undefined,
  ],
  ...((listener.backlogMax ?? 0) > 0 && (listener.backlog ?? 0) >= listener.backlogMax!
    ? { role: 'bad' as const }
    : {}),
})
