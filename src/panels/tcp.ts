// TCP: every session with its owner, traffic, round-trip time and retransmits; listeners with their backlog.
import { perSecond } from '../model/rates.ts'
import type { TcpListener, TcpSession } from '../stream/types.ts'
import type { Column, Panel, Row, Stat } from './types.ts'

const SESSIONS: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'owner; none for orphaned and kernel sockets', priority: 6 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the owner', priority: 0, width: 8 },
  { id: 'local', title: 'LOCAL', kind: 'text', help: 'own address and port', priority: 8, width: 16, middle: true },
  {
    id: 'direction',
    title: '',
    kind: 'text',
    help: '> connected by us, < accepted, blank: older than the probe',
    priority: 9,
    width: 1,
  },
  {
    id: 'remote',
    title: 'REMOTE',
    kind: 'text',
    help: 'peer address and port',
    priority: 1,
    width: 18,
    grow: true,
    middle: true,
  },
  {
    id: 'state',
    title: 'STATE',
    kind: 'text',
    help: 'TCP state, or how it ended in this interval',
    priority: 5,
    width: 8,
  },
  { id: 'in', title: 'IN/s', kind: 'byteRate', help: 'payload received, per second', priority: 2 },
  { id: 'out', title: 'OUT/s', kind: 'byteRate', help: 'payload sent, per second', priority: 3 },
  { id: 'rtt', title: 'RTT', kind: 'duration', help: 'smoothed round-trip time', priority: 4 },
  { id: 'retransmits', title: 'RETR/s', kind: 'rate', help: 'segments retransmitted, per second', priority: 7 },
  {
    id: 'age',
    title: 'AGE',
    kind: 'age',
    help: 'since established; blank for sessions older than the probe',
    priority: 10,
  },
  { id: 'inTotal', title: 'IN', kind: 'bytes', help: 'payload received since it began', priority: 11 },
  { id: 'outTotal', title: 'OUT', kind: 'bytes', help: 'payload sent since it began', priority: 12 },
  {
    id: 'retransmitsTotal',
    title: 'RETR',
    kind: 'count',
    help: 'segments retransmitted since it began',
    priority: 13,
    detail: true,
  },
  { id: 'cwnd', title: 'CWND', kind: 'count', help: 'congestion window, segments', priority: 14, detail: true },
]

const LISTENERS: readonly Column[] = [
  { id: 'pid', title: 'PID', kind: 'id', help: 'owner', priority: 2 },
  { id: 'command', title: 'COMMAND', kind: 'text', help: 'name of the owner', priority: 0, width: 8 },
  { id: 'local', title: 'LOCAL', kind: 'text', help: 'address and port', priority: 1, width: 12, grow: true },
  { id: 'backlog', title: 'BACKLOG', kind: 'count', help: 'connections waiting to be accepted', priority: 3 },
  { id: 'backlogMax', title: 'MAX', kind: 'count', help: 'most that may wait', priority: 4 },
]

export const tcp: Panel<'tcp'> = {
  id: 'tcp',
  key: '4',
  title: 'TCP',
  question: 'Which sessions carry what, to whom, and how well?',
  method: 'All sockets read once an interval from the kernel (exact bytes); opening and ending traced by state change.',
  probe: 'tcp',
  modes: [
    { id: 'sessions', label: 'sessions' },
    { id: 'listeners', label: 'listeners' },
  ],
  hists: () => undefined,
  columns: (mode, detail) => (mode === 'listeners' ? LISTENERS : SESSIONS).filter((column) => detail || !column.detail),
  defaultSort: (mode) =>
    mode === 'listeners' ? { column: 'backlog', descending: true } : { column: 'in', descending: true },
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    if (mode === 'listeners') return sample.data.listeners.map(listenerRow)
    return sample.data.sessions.map((session) => sessionRow(session, sample.intervalMs, detail))
  },
  selects: (data, row, mode) => {
    if (mode === 'listeners')
      return data.listeners
        .filter((each) => listenerKey(each) === row.key)
        .map(({ localPort }) => ({ is: 'port', port: localPort }))
    const session = data.sessions.find(({ id }) => id === row.key)
    if (!session) return []
    // the port that says which service it is: of who was connected to, else the smaller one
    const { direction, localPort, remotePort } = session
    const port = direction === 'in' ? localPort : direction === 'out' ? remotePort : Math.min(localPort, remotePort)
    return [
      { is: 'peer', address: session.remote },
      { is: 'port', port },
    ]
  },
  stats: ({ data, intervalMs }) => {
    const event = (label: string, count: number, role?: Stat['role']): Stat => ({
      label,
      kind: 'rate',
      value: perSecond(count, intervalMs),
      role,
    })
    return [
      { label: 'sessions', kind: 'count', value: data.sessions.filter((session) => !session.closed).length },
      event('opened/s', data.opened),
      event('accepted/s', data.accepted),
      event('closed/s', data.closed),
      event('refused/s', data.refused, 'warn'),
      event('reset/s', data.resetIn + data.resetOut, 'warn'),
      event('retr/s', data.retransmits, 'warn'),
    ]
  },
  trend: {
    label: 'bytes in and out',
    kind: 'byteRate',
    value: ({ data, intervalMs }) =>
      perSecond(
        data.sessions.reduce(
          (sum, session) => sum + session.inBytes + session.outBytes,
          (data.others?.inBytes ?? 0) + (data.others?.outBytes ?? 0),
        ),
        intervalMs,
      ),
  },
  notes: ({ data }) => [
    ...(data.timeWait > 0 ? [`${data.timeWait} in TIME_WAIT`] : []),
    ...(data.others ? [`${data.others.sessions} ended sessions belong to no row (table full)`] : []),
  ],
}

/** IPv6 in brackets; addresses of the v4-mapped kind arrive as IPv4. */
export const endpoint = (family: 4 | 6, address: string, port: number): string =>
  family === 6 ? `[${address}]:${port || '*'}` : `${address}:${port || '*'}`

const SHORT_STATES: Partial<Record<TcpSession['state'], string>> = { ESTABLISHED: 'ESTAB', NEW_SYN_RECV: 'SYN_RECV' }

const sessionRow = (session: TcpSession, intervalMs: number, detail: boolean): Row => {
  const measured = session.rttUs > 0 ? session.rttUs * 1000 : undefined
  const cells = [
    session.pid || undefined,
    session.comm || undefined,
    endpoint(session.family, session.local, session.localPort),
    session.direction === 'out' ? '>' : session.direction === 'in' ? '<' : undefined,
    endpoint(session.family, session.remote, session.remotePort),
    session.closed ?? SHORT_STATES[session.state] ?? session.state,
    perSecond(session.inBytes, intervalMs),
    perSecond(session.outBytes, intervalMs),
    measured,
    perSecond(session.retransmits, intervalMs),
    session.ageMs,
    session.inTotal,
    session.outTotal,
  ]
  if (detail) cells.push(session.retransmitsTotal, session.cwnd)
  const role =
    session.closed === 'refused' || session.closed === 'reset' || session.closed === 'timeout'
      ? 'warn'
      : session.closed
        ? 'dim'
        : undefined
  return { key: session.id, ...(session.pid ? { pid: session.pid } : {}), cells, ...(role ? { role } : {}) }
}

const listenerKey = ({ family, local, localPort, pid }: TcpListener): string => `${family} ${local} ${localPort} ${pid}`

const listenerRow = (listener: TcpListener): Row => ({
  key: listenerKey(listener),
  ...(listener.pid ? { pid: listener.pid } : {}),
  cells: [
    listener.pid || undefined,
    listener.comm || undefined,
    endpoint(listener.family, listener.local, listener.localPort),
    listener.backlog,
    listener.backlogMax,
  ],
  ...(listener.backlogMax > 0 && listener.backlog >= listener.backlogMax ? { role: 'bad' as const } : {}),
})
