// What the probe of TCP sessions gives. Its panel is in specs/tcp/, and the functions that has besides in panels/tcp.ts.
import { COMM, PID } from '../fields.ts'
import type { ProbeSpec, RowOf } from '../spec.ts'
import { TCP_PANEL } from './tcp/panel.ts'

export const TCP = {
  id: 'tcp',
  kind: 'core',
  hooks: [
    { name: 'inet_sock_set_state' },
    { name: 'tcp_send_reset' },
    { name: 'iter/tcp' },
    { name: 'iter/task_file' },
    { name: 'iter/bpf_sk_storage_map' },
  ],
  options: [],
  cheaper: [
    {
      is: 'counted',
      gives: 'open sessions exact; what came and went as the kernel counts it for each network namespace',
    },
  ],
  tells: { of: ['peer', 'port'], by: 'a session' },
  tables: {
    sessions: [
      // socket cookie, decimal
      { id: 'id', unit: 'text', kind: 'label' },
      // 0 when the owner is not known (orphaned or kernel socket)
      PID,
      COMM,
      // 4 or 6
      { id: 'family', unit: 'id', kind: 'label' },
      { id: 'local', unit: 'text', kind: 'label' },
      { id: 'localPort', unit: 'id', kind: 'label', dim: 'port' },
      { id: 'remote', unit: 'text', kind: 'label', dim: 'peer' },
      { id: 'remotePort', unit: 'id', kind: 'label', dim: 'port' },
      // as the kernel names it: ESTABLISHED, SYN_SENT, ...
      { id: 'state', unit: 'text', kind: 'label' },
      // `out` we connected, `in` we accepted, unknown: older than the probe
      { id: 'direction', unit: 'text', kind: 'label' },
      // on the stream's clock; unknown for sessions older than the probe
      { id: 'establishedMs', unit: 'ms', kind: 'label' },
      { id: 'endedMs', unit: 'ms', kind: 'label' },
      // payload; out is counted when first sent
      { id: 'inBytes', unit: 'bytes', kind: 'counter' },
      { id: 'outBytes', unit: 'bytes', kind: 'counter' },
      // since the session began
      { id: 'inTotal', unit: 'bytes', kind: 'gauge' },
      { id: 'outTotal', unit: 'bytes', kind: 'gauge' },
      { id: 'rttNs', unit: 'ns', kind: 'gauge' },
      { id: 'retransmits', unit: 'count', kind: 'counter' },
      { id: 'retransmitsTotal', unit: 'count', kind: 'gauge' },
      { id: 'cwnd', unit: 'count', kind: 'gauge' },
      // not fetched by the program; written and not yet sent; sent and not yet acknowledged; what the peer takes
      { id: 'unread', unit: 'bytes', kind: 'gauge' },
      { id: 'unsent', unit: 'bytes', kind: 'gauge' },
      { id: 'unacked', unit: 'bytes', kind: 'gauge' },
      { id: 'window', unit: 'bytes', kind: 'gauge' },
      // state of congestion control: open, disorder, cwr, recovery, loss
      { id: 'congestion', unit: 'text', kind: 'label' },
      // times that segments came out of order, since it began
      { id: 'reordered', unit: 'count', kind: 'gauge' },
      // since when nothing of it was fetched, on the stream's clock, as far as readings tell
      { id: 'unreadSinceMs', unit: 'ms', kind: 'label' },
      // from the first packet sent until the answer; of sessions that were connected since the probe began
      { id: 'connectNs', unit: 'ns', kind: 'gauge' },
      // time with something to send, and of it limited by the peer's window, and by the own send buffer
      { id: 'busyNs', unit: 'ns', kind: 'counter' },
      { id: 'windowNs', unit: 'ns', kind: 'counter' },
      { id: 'bufferNs', unit: 'ns', kind: 'counter' },
      // since the session began
      { id: 'busyTotalNs', unit: 'ns', kind: 'gauge' },
      { id: 'windowTotalNs', unit: 'ns', kind: 'gauge' },
      { id: 'bufferTotalNs', unit: 'ns', kind: 'gauge' },
      // segments: sent again and not yet acknowledged, taken for lost now, and since it began
      { id: 'retransmitted', unit: 'count', kind: 'gauge' },
      { id: 'lostNow', unit: 'count', kind: 'gauge' },
      { id: 'lostTotal', unit: 'count', kind: 'gauge' },
      // of the buffers, what is in use
      { id: 'sendFull', unit: 'percent', kind: 'gauge' },
      { id: 'receiveFull', unit: 'percent', kind: 'gauge' },
      // bytes a second that it may send, and that arrived when last measured
      { id: 'pacingRate', unit: 'bytes', kind: 'gauge' },
      { id: 'deliveryRate', unit: 'bytes', kind: 'gauge' },
      // of congestion control
      { id: 'algorithm', unit: 'text', kind: 'label' },
      // ended in this interval: `closed`, `refused`, `reset` or `timeout`
      { id: 'closed', unit: 'text', kind: 'label' },
    ],
    listeners: [
      PID,
      COMM,
      { id: 'family', unit: 'id', kind: 'label' },
      { id: 'local', unit: 'text', kind: 'label' },
      { id: 'localPort', unit: 'id', kind: 'label', dim: 'port' },
      { id: 'backlog', unit: 'count', kind: 'gauge' },
      { id: 'backlogMax', unit: 'count', kind: 'gauge' },
      // connections and SYNs; since it listens
      { id: 'drops', unit: 'count', kind: 'counter' },
      { id: 'dropsTotal', unit: 'count', kind: 'gauge' },
    ],
  },
  totals: [
    { id: 'opened', unit: 'count', kind: 'counter' },
    { id: 'accepted', unit: 'count', kind: 'counter' },
    { id: 'closed', unit: 'count', kind: 'counter' },
    { id: 'refused', unit: 'count', kind: 'counter' },
    { id: 'resetIn', unit: 'count', kind: 'counter' },
    { id: 'resetOut', unit: 'count', kind: 'counter' },
    { id: 'retransmits', unit: 'count', kind: 'counter' },
    { id: 'timeWait', unit: 'count', kind: 'gauge' },
    // sessions that ended but are in no row (table full), and their bytes
    { id: 'others', unit: 'count', kind: 'counter' },
    { id: 'othersIn', unit: 'bytes', kind: 'counter' },
    { id: 'othersOut', unit: 'bytes', kind: 'counter' },
  ],
  loss: {
    events: 'sessions',
    why: 'the kernel had no memory in their sockets',
    of: ['sessions', 'others'],
    uncounted: true,
  },
  panels: [TCP_PANEL],
} as const satisfies ProbeSpec

export type TcpSession = RowOf<typeof TCP.tables.sessions>
export type TcpListener = RowOf<typeof TCP.tables.listeners>
