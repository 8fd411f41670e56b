// TCP: who listens, and how many wait to be accepted. Its columns are in stream/specs/tcp/listeners.ts.
import { LISTENERS } from '../../stream/specs/tcp/listeners.ts'
import type { TcpListener } from '../../stream/specs/tcp.ts'
import type { Sample } from '../../stream/stream-types.ts'
import { EachCell } from '../lazy-row.ts'
import { cellsFor } from '../own-cells.ts'
import type { Row } from '../panel-types.ts'
import { endpoint, OWNER } from './session-rows.ts'

const CELLS = cellsFor<TcpListener>(LISTENERS, {
  ...OWNER,
  local: ({ family, local, localPort }) => endpoint(family, local, localPort),
})

export const listenerKey = ({ family, local, localPort, pid }: TcpListener): string =>
  `${family} ${local} ${localPort} ${pid}`

export const listenerRows = (listeners: readonly TcpListener[], sample: Sample<'tcp'>): Row[] => {
  const cells = new EachCell(CELLS, true, sample)
  return listeners.map((listener) => ({
    key: listenerKey(listener),
    ...(listener.pid ? { pid: listener.pid } : {}),
    cells: cells.all(listener),
    ...(isFull(listener) ? { role: 'bad' as const } : {}),
  }))
}

const isFull = ({ backlog, backlogMax }: TcpListener): boolean => (backlogMax ?? 0) > 0 && (backlog ?? 0) >= backlogMax!
