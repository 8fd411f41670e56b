// TCP: who listens, and how many wait to be accepted. Its columns are in stream/specs/tcp/listeners.ts.
import { LISTENERS } from '../stream/specs/tcp/listeners.ts'
import type { TcpListener } from '../stream/specs/tcp.ts'
import type { Sample } from '../stream/stream-types.ts'
import { rowsOf, type RowFacts } from './lazy-row.ts'
import { cellsFor } from './own-cells.ts'
import type { Row } from './panel-types.ts'
import { endpoint, OWNER } from './tcp-rows.ts'

const CELLS = cellsFor<TcpListener>(LISTENERS, {
  ...OWNER,
  local: ({ family, local, localPort }) => endpoint(family, local, localPort),
})

export const listenerKey = ({ family, local, localPort, pid }: TcpListener): string =>
  `${family} ${local} ${localPort} ${pid}`

const FACTS: RowFacts<TcpListener> = {
  key: listenerKey,
  pid: ({ pid }) => pid || undefined,
  role: (listener) => (isFull(listener) ? 'bad' : undefined),
}

export const listenerRows = (listeners: readonly TcpListener[], sample: Sample<'tcp'>): Row[] =>
  rowsOf(listeners, FACTS, CELLS, sample, { detail: true })

const isFull = ({ backlog, backlogMax }: TcpListener): boolean => (backlogMax ?? 0) > 0 && (backlog ?? 0) >= backlogMax!
