// What each panel says of a selection that it cannot follow, or not wholly.
import test from 'ava'
import { NO_FILTER } from '../../src/app/filter.ts'
import type { StacksPage } from '../../src/app/page-types.ts'
import { newPage } from '../../src/app/stacks/page.ts'
import { limitsOf, ofOtherGroup } from '../../src/app/narrowing.ts'
import { FILES } from '../../src/engine/probes/files/spec.ts'
import { initialState, panelIn } from '../../src/app/state.ts'
import { selectionLabel, type Selection } from '../../src/model/selection.ts'
import { narrowStore } from '../../src/model/narrow.ts'
import { viewOf } from '../../src/model/view.ts'
import { createStore, type Store } from '../../src/model/store.ts'
import { allPanels } from '../../src/panels/registry.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import type { LogMessage } from '../../src/stream/stream-types.ts'
import { queueStream } from '../helpers/described.ts'
import { directoryStore } from '../helpers/directory.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen } from '../helpers/screen.ts'

const { store: fake } = fakeScreen({ ticks: 5 })
const described = createStore()
for (const message of queueStream({ ticks: 5, detail: true, exec: true, cpus: true })) described.add(message)
/** As the engine announces them all. */
const specsOf = (store: Store): ProbeSpec[] => [...store.specs(), FILES]
const saidOf = (
  store: Store,
  id: string,
  mode: string | undefined,
  path: readonly Selection[],
  specs = specsOf(store),
) => {
  const own = initialState({ only: path, specs })
  const state = mode === undefined ? own : { ...own, byPanel: { ...own.byPanel, [id]: { mode } } }
  const panel = panelIn(state, id)
  const last = narrowStore(store, path).latest(panel.probe)
  return limitsOf(state, panel, last as never).map(
    ({ text, blank, noRows }) => `${blank ? 'blank' : noRows ? 'rows' : 'part'}: ${text}`,
  )
}
const said = (id: string, mode: string | undefined, ...path: Selection[]) => saidOf(fake, id, mode, path)
const disk: Selection = { is: 'disk', dev: '8:0', name: 'sda' }
const cpu: Selection = { is: 'cpu', cpu: 1 }
const read: Selection = { is: 'syscall', name: 'read' }
const port: Selection = { is: 'port', port: 443 }
const thread: Selection = { is: 'thread', pid: 812, tid: 813, comm: 'postgres' }

test('of everything nothing is missing', (t) => {
  for (const id of ['runq', 'offcpu', 'block', 'tcp', 'syscalls', 'exec', 'threads'])
    t.deepEqual(said(id, undefined), [])
})

test('a disk and a CPU are known to the panels that are about them', (t) => {
  for (const id of ['runq', 'offcpu', 'tcp'])
    t.regex(said(id, undefined, disk)[0]!, /^blank: .* cannot be split by disk/)
  t.deepEqual(said('block', 'disks', disk), [])
  for (const id of ['offcpu', 'tcp', 'syscalls'])
    t.regex(said(id, undefined, cpu)[0]!, /^blank: .* cannot be split by CPU/)
  t.regex(said('runq', 'all', cpu)[0]!, /^rows: processes cannot be split by CPU; m shows CPUs/)
  t.deepEqual(
    said('runq', 'cpus', cpu).filter((text) => !text.includes('latency')),
    [],
  )
  t.regex(said('runq', 'cpus', thread)[0]!, /^rows: CPUs cannot be split by thread; m shows processes/)
  t.regex(said('runq', 'cpus', disk)[0]!, /^blank: run queue cannot be split by disk/)
})

test('a group that kernel programs cannot follow: why, as the engine said it of this one', (t) => {
  const path: Selection[] = [{ is: 'cgroup', path: '/a' }]
  const state = initialState({ only: path, specs: fake.specs() })
  const panel = panelIn(state, 'runq')
  const last = narrowStore(fake, path).latest(panel.probe) as never
  const textsWith = (level: LogMessage['level'], text: string): string[] =>
    limitsOf(state, panel, last, () => [{ type: 'log', atMs: 0, level, text }]).map((limit) => limit.text)
  t.deepEqual(textsWith('warn', 'control group /a is too large'), ['no own latency: control group /a is too large'])
  for (const [level, text] of [
    ['info', 'control group /a was made anew'],
    ['warn', 'control group /ab is too large'],
  ] as const)
    t.deepEqual(textsWith(level, text), ["own latency from the group's next interval on"])
})

test('a system call is time blocked in it, or not known', (t) => {
  t.deepEqual(said('offcpu', undefined, read), [
    'part: time blocked in read',
    'part: latency cannot be split by system call',
  ])
  t.deepEqual(said('syscalls', 'calls', read), ['part: own latency from the next interval on'])
  t.regex(said('runq', undefined, read)[0]!, /^blank: run queue cannot be split by system call/)
  t.regex(said('syscalls', undefined, disk)[0]!, /^blank: system calls cannot be split by disk/)
})

test('a thread is its process where threads are not known', (t) => {
  t.true(said('syscalls', undefined, thread).includes('part: of the whole process: it is not known of single threads'))
  t.false(said('offcpu', undefined, thread).includes('part: of the whole process: it is not known of single threads'))
})

test('a peer or a port stands for the processes with such a session', (t) => {
  t.regex(said('offcpu', undefined, port)[0]!, /^part: processes with a session of .*443/)
  t.deepEqual(said('tcp', 'sessions', port), [])
})

test('who has to do with a file is said in words of the probe that tells, and of nobody where none does', (t) => {
  const file: Selection = { is: 'file', path: '/var/lib/x' }
  const said = (specs: ProbeSpec[]) => saidOf(fake, 'offcpu', 'all', [file], specs)[0]
  t.is(said(specsOf(fake)), 'part: processes with I/O to disks of file /var/lib/x')
  t.is(
    said([...fake.specs(), { ...FILES, tells: { of: ['file'], by: 'pages' } }]),
    'part: processes with pages of file /var/lib/x',
  )
  t.regex(said([...fake.specs()])!, /^blank: off-CPU cannot be split by file/)
})

const OF_PROCESSES = 'all of the processes that have such stacks'
const FUTEX = { key: 'futex_wait', kind: 'kernel', name: 'futex_wait' } as never
const EVERY: readonly Selection[] = [
  { is: 'process', pid: 812, comm: 'postgres' },
  thread,
  { is: 'comm', comm: 'postgres' },
  { is: 'cgroup', path: '/system.slice' },
  { is: 'user', uid: 1000, name: 'me' },
  { is: 'tree', top: 1, comm: 'init' },
  { is: 'pids', pids: [812, 1207] },
  disk,
  { is: 'peer', address: '10.0.0.9' },
  port,
  read,
  { is: 'error', name: 'EAGAIN' },
  { is: 'file', path: '/var/lib/x' },
  cpu,
  { is: 'function', frame: FUTEX },
  { is: 'function', frame: FUTEX, of: { probe: 'mailqueue', table: 'procs', pids: true } } as never,
  { is: 'function', frame: FUTEX, of: { probe: 'mailqueue', table: 'queues', pids: false } } as never,
]

/** Of each panel and tab what it says of each selection, where that is anything. */
const all = (path: (selection: Selection) => Selection[]): string => {
  const panels = allPanels(described.specs())
  return panels
    .flatMap(({ id, modes }) =>
      modes.flatMap(({ id: mode }) => [
        `${id} ${mode}`,
        ...EVERY.flatMap((selection) => {
          const limits = saidOf(described, id, mode, path(selection))
          return limits.length > 0 ? [`  ${selectionLabel(selection)}: ${limits.join('; ')}`] : []
        }),
      ]),
    )
    .join('\n')
}

test('every tab of every panel on every selection', (t) => {
  golden(
    t,
    'narrowing',
    all((selection) => [selection]),
  )
})

test('every tab of every panel on every selection within a process', (t) => {
  golden(
    t,
    'narrowing-within',
    all((selection) => [{ is: 'process', pid: 812, comm: 'postgres' }, selection]),
  )
})

test('of stacks on a CPU: who has times of these, by its key', (t) => {
  const page = {
    ...newPage({ page: { is: 'overview' }, crumbs: [], filter: NO_FILTER }, false, undefined),
    mode: 'oncpu',
  }
  const crumbs = [{ selection: EVERY.find(({ is }) => is === 'function')!, from: page as StacksPage }]
  const state = { ...initialState({ specs: fake.specs() }), crumbs }
  const textIn = (id: string): string => limitsOf(state, panelIn(state, id), undefined)[0]!.text
  t.is(textIn('offcpu'), 'off-CPU cannot be split by stack on a CPU; 7 shows threads')
  t.is(textIn('threads'), 'time in this stack, by name of thread')
  t.is(textIn('time'), 'time in this stack')
  t.is(textIn('block'), OF_PROCESSES)
})

test('a group that no process goes by says so', (t) => {
  const of = (store: Store, ...only: Selection[]) => ofOtherGroup(initialState({ only }), viewOf(store, only))
  const store = directoryStore([{ pid: 7, comm: 'sh', cgroup: '/svc/a' }])
  t.regex(of(store, { is: 'cgroup', path: '/quota' })!, /^no process is listed by group \/quota now; .* only latency/)
  t.is(of(store, { is: 'cgroup', path: '/svc' }), undefined)
  t.is(of(store, thread), undefined)
  t.is(of(createStore(), { is: 'cgroup', path: '/quota' }), undefined, 'nothing is known of processes')
})
