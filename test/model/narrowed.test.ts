// What is left of every probe's sample when each kind of selection counts: which rows, which histograms, which totals.
import test from 'ava'
import { narrowStore } from '../../src/model/narrow.ts'
import { selectionLabel, type Selection } from '../../src/model/selection.ts'
import { createStore } from '../../src/model/store.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { queueStream } from '../helpers/described.ts'
import { golden } from '../helpers/golden.ts'

const store = createStore()
for (const message of queueStream({ ticks: 3, detail: true, exec: true, cpus: true, targetPid: 812 }))
  store.add(message)

const postgres: Selection = { is: 'process', pid: 812, comm: 'postgres' }
const SELECTIONS: readonly Selection[] = [
  postgres,
  { is: 'process', pid: 2290, comm: 'node' },
  { is: 'thread', pid: 812, tid: 813, comm: 'postgres-w1' },
  { is: 'comm', comm: 'node' },
  { is: 'cgroup', path: '/system.slice/node.service' },
  { is: 'cgroup', path: '/system.slice' },
  { is: 'user', uid: 113, name: 'postgres' },
  { is: 'tree', top: 1, comm: 'systemd' },
  { is: 'pids', pids: [640, 4242] },
  { is: 'disk', dev: '259:0', name: 'nvme0n1' },
  { is: 'disk', dev: '8:0', name: 'sda' },
  { is: 'peer', address: '10.0.0.9' },
  { is: 'port', port: 443 },
  { is: 'syscall', name: 'futex' },
  { is: 'error', name: 'EAGAIN' },
  { is: 'file', path: '/var/lib/x' },
  { is: 'cpu', cpu: 3 },
]
const PROBES = ['sched', 'block', 'tcp', 'syscalls', 'execsnoop', 'mailqueue'] as ProbeId[]

const rowsText = ({ tables }: Pick<TablesData, 'tables'>): string[] =>
  Object.entries(tables).flatMap(([id, { rows, others }]) => {
    const names = rows.map((row) =>
      row
        .slice(0, 2)
        .filter((cell) => cell !== null)
        .join(' '),
    )
    return rows.length + (others ? 1 : 0) > 0 ? [`${id}: ${[...names, ...(others ? ['others'] : [])].join(', ')}`] : []
  })

const told = (path: readonly Selection[], probe: ProbeId): string[] => {
  const sample = narrowStore(store, path).latest(probe) as Sample<'sched'> | undefined
  if (!sample) return [`${probe}: nothing`]
  const { hists, totals, target } = sample.data
  const histText = Object.entries(hists).map(([id, { count }]) => `${id} ${count}`)
  const totalText = Object.entries(totals).map(([id, value]) => `${id} ${value}`)
  return [
    probe,
    ...rowsText(sample.data),
    ...(histText.length > 0 ? [`histograms: ${histText.join(', ')}`] : []),
    ...(totalText.length > 0 ? [`totals: ${totalText.join(', ')}`] : []),
    ...(target ? rowsText(target).map((text) => `of the target ${text}`) : []),
  ].map((line, i) => (i === 0 ? line : `  ${line}`))
}

const all = (paths: readonly (readonly Selection[])[]): string =>
  paths
    .flatMap((path) => [`--- ${path.map(selectionLabel).join(' > ')}`, ...PROBES.flatMap((probe) => told(path, probe))])
    .join('\n')

test('each selection', (t) => golden(t, 'narrowed/each', all(SELECTIONS.map((selection) => [selection]))))

test('within a process, and a process within them', (t) => {
  const others = SELECTIONS.filter(({ is }) =>
    ['thread', 'peer', 'port', 'syscall', 'error', 'cpu', 'cgroup'].includes(is),
  )
  golden(
    t,
    'narrowed/within',
    all([...others.map((each) => [postgres, each]), ...others.map((each) => [each, postgres])]),
  )
})
