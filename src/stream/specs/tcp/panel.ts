// The panel of TCP: sessions, listeners, what waits in queues, and how well sessions go.
import type { PanelSpec, TabSpec } from '../../spec.ts'
import { LISTENERS } from './listeners.ts'
import { QUALITY } from './quality.ts'
import { QUEUES } from './queues.ts'
import { SESSIONS } from './sessions.ts'

const OF_SESSIONS = { table: 'sessions', key: ['id'] } as const

/** Any at all is worth a look. */
const ANY = { warn: 1e-6 } as const

export const TCP_PANEL = {
  id: 'tcp',
  key: '4',
  title: 'TCP',
  question: 'Which sessions carry what, to whom, and how well?',
  howToRead:
    'All sockets read once an interval from the kernel (exact bytes); opening and ending traced by state change.',
  area: 'network',
  bothTabs: ['listeners', 'sessions'],
  trend: { label: 'bytes in and out', value: { named: 'bytes', as: 'byteRate' } },
  tabs: [
    {
      ...OF_SESSIONS,
      id: 'sessions',
      label: 'sessions',
      sort: { column: 'in', descending: true },
      figures: [
        { label: 'sessions', value: { named: 'sessions', as: 'count' } },
        { label: 'opened/s', value: { perSecond: 'opened' } },
        { label: 'accepted/s', value: { perSecond: 'accepted' } },
        { label: 'closed/s', value: { perSecond: 'closed' } },
        { label: 'refused/s', value: { perSecond: 'refused' }, thresholds: ANY },
        { label: 'reset/s', value: { named: 'resets', as: 'rate' }, thresholds: ANY },
        { label: 'retr/s', value: { perSecond: 'retransmits' }, thresholds: ANY },
      ],
      columns: SESSIONS,
    } satisfies TabSpec,
    {
      id: 'listeners',
      label: 'listeners',
      table: 'listeners',
      key: ['family', 'local', 'localPort', 'pid'],
      sort: { column: 'backlog', descending: true },
      columns: LISTENERS,
    },
    {
      ...OF_SESSIONS,
      id: 'queues',
      label: 'queues, and what they wait for',
      sort: { column: 'unsent', descending: true },
      columns: QUEUES,
    },
    { ...OF_SESSIONS, id: 'quality', label: 'quality', sort: { column: 'window', descending: true }, columns: QUALITY },
  ],
} as const satisfies PanelSpec
