// What every panel must keep to, and what each makes of a sample.
import { schedOf } from '../../src/model/sched.ts'
import { viewOf } from '../../src/model/view.ts'
import { SCHED } from '../../src/stream/specs/sched.ts'
import { editedSched } from '../helpers/sched.ts'
import test from 'ava'
import { blockProcsOf } from '../../src/model/block.ts'
import { editedBlock } from '../helpers/block.ts'
import { BLOCK } from '../../src/stream/specs/block.ts'
import { EXECSNOOP } from '../../src/stream/specs/execsnoop.ts'
import { TCP } from '../../src/stream/specs/tcp.ts'
import { execTables } from '../helpers/exec.ts'
import { asTcp, tcpTables } from '../helpers/tcp.ts'
import { block } from '../../src/panels/block.ts'
import { execsnoop } from '../../src/panels/execsnoop.ts'
import { offcpu, topCall } from '../../src/panels/offcpu.ts'
import { PANELS, OVERVIEW, panelById } from '../../src/panels/registry.ts'
import { runq } from '../../src/panels/runq.ts'
import { syscalls } from '../../src/panels/syscalls.ts'
import { tcp } from '../../src/panels/tcp.ts'
import { endpoint } from '../../src/panels/tcp-rows.ts'
import { PANEL_IDS, ROLES, type Row } from '../../src/panels/panel-types.ts'
import { processFacts } from '../../src/panels/process-samples.ts'
import { syscallsOf } from '../../src/model/syscalls.ts'
import { createStore } from '../../src/model/store.ts'
import { SYSCALLS } from '../../src/stream/specs/syscalls.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import type { SchedProc } from '../../src/stream/sched-types.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { endMs, fakeProcess, fakeStream, fakeTick, START_MS } from '../helpers/stream.ts'

const samples = fakeTick(7, { exec: true, detail: true, hostile: true, targetPid: 812, cpus: true }).filter(
  (message) => message.type === 'sample',
)
const sampleOf = (probe: string): Sample => samples.find((sample) => sample.probe === probe) as Sample

for (const panel of PANELS) {
  test(`${panel.id}: rows fit their columns, in every mode`, (t) => {
    for (const { id: mode } of panel.modes)
      for (const detail of [true, false]) {
        const columns = panel.columns(mode, detail)
        const rows = panel.rows([sampleOf(panel.probe)], mode, detail)
        // names of threads are asked for: time.test.ts
        t.true(rows.length > 0 || mode === 'names')
        t.is(new Set(rows.map((row) => row.key)).size, rows.length, 'keys are unique')
        t.is(new Set(columns.map((column) => column.id)).size, columns.length)
        for (const row of rows) {
          t.is(row.cells.length, columns.length)
          row.cells.forEach((cell, index) => {
            if (cell === undefined) return
            t.is(
              typeof cell,
              ['text', 'states', 'shares'].includes(columns[index]!.kind) ? 'string' : 'number',
              `${columns[index]!.id} ${cell}`,
            )
            if (typeof cell === 'number') t.true(Number.isFinite(cell) && cell >= 0)
          })
          if (row.role) t.true(ROLES.includes(row.role))
        }
        t.true(
          columns.some((column) => column.id === panel.defaultSort(mode).column),
          'sorted by a column it has',
        )
        t.true(columns.every((column) => column.help !== ''))
      }
    t.true(panel.question.endsWith('?'))
    t.deepEqual(panel.rows([], panel.modes[0]!.id, true), [])
  })
}

test('the registry: ids, keys and order', (t) => {
  t.deepEqual(
    PANELS.map((panel) => panel.id),
    [...PANEL_IDS],
  )
  t.deepEqual(
    PANELS.map((panel) => panel.key),
    ['1', '2', '3', '4', '5', '6', '7', 'a'],
  )
  t.true(OVERVIEW.every((id) => panelById(id).id === id))
})

const proc = (change: Partial<SchedProc>): SchedProc => ({
  pid: 1,
  comm: 'x',
  threads: 1,
  switches: 4,
  waits: 2,
  waitNs: 5e6,
  waitMaxNs: 4e6,
  onCpuNs: 1e8,
  sleepNs: 8e8,
  uninterruptibleNs: 5e7,
  preemptedNs: 1e6,
  calls: [],
  ...change,
})
const sched = (...procs: SchedProc[]): Sample<'sched'> => ({
  ...(sampleOf('sched') as Sample<'sched'>),
  intervalMs: 500,
  data: editedSched((sampleOf('sched') as Sample<'sched'>).data, () => ({ procs })),
})
const cellOf = (
  panel: { columns(mode: string, detail: boolean): readonly { id: string }[] },
  row: Row,
  id: string,
  mode = '',
  detail = true,
) => row.cells[panel.columns(mode, detail).findIndex((column) => column.id === id)]

test('run queue: shares of clock time, mean, rates', (t) => {
  const [row] = runq.rows([sched(proc({}))], 'all', true)
  t.is(cellOf(runq, row!, 'wait'), 1)
  t.is(cellOf(runq, row!, 'mean'), 2.5e6)
  t.is(cellOf(runq, row!, 'waits'), 4)
  t.is(cellOf(runq, row!, 'cpu'), 20)
  const [none] = runq.rows([sched(proc({ waits: 0, waitNs: 0 }))], 'all', true)
  t.is(cellOf(runq, none!, 'mean'), undefined)
})

test('run queue by CPU: a tail of a hundred waits, the longest of any, and no CPU of a probe without', (t) => {
  const sample = sampleOf('sched') as Sample<'sched'>
  const waits = (count: number) => ({ slots: [100, count], count, sumNs: 5e8 * count, maxNs: count === 0 ? 9 : 1 })
  const counts = [0, 99, 100]
  const cpus = counts.map((count, cpu) => ({ cpu, runq: waits(count), busyNs: 25e7 }))
  const rows = runq.rows(
    [{ ...sample, intervalMs: 500, data: editedSched(sample.data, () => ({ cpus })) }],
    'cpus',
    true,
  )
  const none = undefined
  t.deepEqual(
    rows.map(({ cells }) => cells),
    [
      [0, 0, 0, none, none, none, 50],
      [1, 198, 9900, 1, none, 1, 50],
      [2, 200, 10_000, 1, 1, 1, 50],
    ],
  )
  t.deepEqual(runq.rows([sched(proc({}))], 'cpus', true).length, 8)
  const { cpus: _, ...tables } = sample.data.tables
  t.deepEqual(runq.rows([{ ...sample, data: { ...sample.data, tables } }], 'cpus', true), [])
})

test('run queue by CPU: a row each, which can be entered', (t) => {
  const sample = sampleOf('sched') as Sample<'sched'>
  const rows = runq.rows([sample], 'cpus', true)
  t.is(rows.length, 8)
  t.is(cellOf(runq, rows[0]!, 'busy', 'cpus'), 100)
  t.is(cellOf(runq, rows[1]!, 'p99', 'cpus'), undefined, 'of fewer than a hundred waits')
  t.deepEqual(runq.selects!(sample.data, rows[3]!, 'cpus'), [{ is: 'cpu', cpu: 3 }])
  t.deepEqual(runq.selects!(sample.data, rows[3]!, 'all'), [])
})

test('what belongs to no row is a row of its own: others', (t) => {
  const left = {
    threads: 3,
    switches: 6,
    waits: 4,
    waitNs: 5e6,
    onCpuNs: 1e8,
    sleepNs: 2e8,
    uninterruptibleNs: 3e7,
    preemptedNs: 2e6,
  }
  const sample = sched(proc({}))
  const full = { ...sample, data: editedSched(sample.data, () => ({ others: left })) }
  for (const panel of [runq, offcpu]) {
    const rows = panel.rows([full], 'all', true)
    t.deepEqual(
      rows.map(({ key, pid }) => [key, pid]),
      [
        ['1', 1],
        ['others', undefined],
      ],
    )
    t.is(cellOf(panel, rows[1]!, 'command'), 'others')
    t.is(rows[1]!.role, 'dim')
    t.is(cellOf(panel, rows[1]!, 'cpu'), 20)
    t.regex(panel.notes(full, 'all').join(), /^3 ended threads/)
    t.deepEqual(panel.notes(sample, 'all'), [])
  }
  const calls = sampleOf('syscalls') as Sample<'syscalls'>
  const procs = { ...calls.data.tables['procs']!, others: [null, 'others', 50, 10] }
  const lossy = { ...calls, intervalMs: 500, data: { ...calls.data, tables: { ...calls.data.tables, procs } } }
  const others = syscalls.rows([lossy], 'processes', true).at(-1)!
  t.is(others.key, 'others')
  t.is(cellOf(syscalls, others, 'rate', 'processes'), 100)
  t.is(cellOf(syscalls, others, 'errors', 'processes'), 20)
  t.regex(syscalls.notes(lossy, 'processes').join(), /^50 calls/)
})

test('off-CPU: what is stuck comes first, and the call that says why', (t) => {
  const call = topCall(
    proc({
      calls: [
        { call: 'poll', state: 'S', ns: 9e8 },
        { call: 'fsync', state: 'D', ns: 1e6 },
      ],
    }),
  )
  t.is(call!.call, 'fsync')
  t.is(
    topCall(
      proc({
        calls: [
          { call: 'poll', state: 'S', ns: 9e8 },
          { call: 'fsync', state: 'D', ns: 1e6 },
        ],
      }),
      'S',
    )!.call,
    'poll',
  )
  t.is(topCall(proc({})), undefined)
  const [row] = offcpu.rows([sched(proc({}))], 'all', true)
  t.is(cellOf(offcpu, row!, 'stuck'), 10.2)
  t.is(offcpu.hists(sched().data, 'all')!.length, 3)
  t.deepEqual(offcpu.hists(sched().data, 'D'), [schedOf(sched().data).disk])
})

test('block: by disk and by process, errors seen', (t) => {
  const sample = sampleOf('block') as Sample<'block'>
  const failing = {
    ...sample,
    data: editedBlock(sample.data, ({ disks }) => ({ disks: disks.map((disk) => ({ ...disk, errors: 1 })) })),
  }
  t.true(block.stats(failing, 'disks').some((stat) => stat.label === 'errors' && stat.role === 'bad'))
  t.true(block.rows([failing], 'disks', true).every((row) => row.role === 'bad'))
  t.false(block.stats(sample, 'disks').some((stat) => stat.label === 'errors'))
  // fewer than a hundred operations have no 99th percentile
  const flush = block.rows([sample], 'disks', true).find((row) => row.cells[1] === 'flush')!
  t.is(cellOf(block, flush, 'p99', 'disks'), undefined)
})

test('tcp: quality, in shares of the time, and nothing where the kernel did not tell', (t) => {
  const sample = sampleOf('tcp') as Sample<'tcp'>
  const view = asTcp(sample.data)
  const told = { windowNs: 0.5e6 * sample.intervalMs, unreadSinceMs: sample.atMs - 4000, connectNs: 7e6 }
  const sessions = [
    { ...view.sessions[0]!, ...told },
    { ...view.sessions[1]!, algorithm: null },
  ]
  const [row, ...others] = tcp.rows([{ ...sample, data: tcpTables({ ...view, sessions }) }], 'quality', true)
  t.is(others.length, 0)
  const cell = (id: string) => cellOf(tcp, row!, id, 'quality')
  t.is(row!.cells.length, tcp.columns('quality', true).length)
  t.is(cell('window'), 50)
  t.is(cell('notRead'), 4000)
  t.is(cell('connect'), 7e6)
  t.is(cell('algorithm'), 'cubic')
  t.deepEqual(tcp.notes(sample, 'quality'), tcp.notes(sample, 'sessions'))
  const { columns, rows } = sample.data.tables.sessions!
  const older = { columns: columns.map((id) => (id === 'algorithm' ? 'other' : id)), rows }
  t.regex(
    tcp.notes({ ...sample, data: { ...sample.data, tables: { sessions: older } } }, 'quality').join(),
    /of an older version/,
  )
})

test('tcp: endpoints, full backlog, ends', (t) => {
  t.is(endpoint(6, '::1', 80), '[::1]:80')
  t.is(endpoint(4, '0.0.0.0', 0), '0.0.0.0:*')
  const sample = sampleOf('tcp') as Sample<'tcp'>
  t.is(tcp.rows([sample], 'listeners', true).find((row) => row.cells[1] === 'nginx')!.role, 'bad')
  const view = asTcp(sample.data)
  const reset = { ...sample, data: tcpTables({ ...view, sessions: [{ ...view.sessions[0]!, closed: 'reset' }] }) }
  const [row] = tcp.rows([reset], 'sessions', true)
  t.is(row!.role, 'warn')
  t.is(cellOf(tcp, row!, 'state', 'sessions'), 'reset')
})

test('tcp: the table that the mode is about, and who has nothing to lead to', (t) => {
  t.deepEqual(['sessions', 'listeners', 'queues', 'quality'].map(tcp.table!), [
    'sessions',
    'listeners',
    'sessions',
    'sessions',
  ])
  t.deepEqual(tcp.selects!((sampleOf('tcp') as Sample<'tcp'>).data, { key: 'gone', cells: [] }, 'sessions'), [])
})

test('of an event that says nothing nothing is said', (t) => {
  const sample = sampleOf('execsnoop') as Sample<'execsnoop'>
  const [row] = execsnoop.rows([{ ...sample, data: execTables([{}]) }], 'events', true)
  t.deepEqual(row, { key: 'null null null', atMs: sample.atMs, cells: Array(8).fill(undefined) })
})

test('events of a selection are counted from those listed', (t) => {
  const events = ['exec', 'exec', 'exec', 'exit'].map((kind, i) => ({ kind, pid: i, atMs: i }))
  const { tables } = execTables(events)
  const sample = {
    ...(sampleOf('execsnoop') as Sample<'execsnoop'>),
    intervalMs: 2000,
    data: { tables, hists: {}, totals: {} },
  }
  t.deepEqual(
    execsnoop.stats(sample, 'events').map(({ value }) => value),
    [1.5, 0.5],
  )
  t.is(execsnoop.trend!.value({ ...sample, data: { ...sample.data, totals: { execs: 10 } } }), 5)
})

test('system calls: latency only in detail', (t) => {
  const plain = fakeTick(7).find(
    (message) => message.type === 'sample' && message.probe === 'syscalls',
  ) as Sample<'syscalls'>
  t.is(syscalls.hists(plain.data, 'calls'), undefined)
  t.false(syscalls.hasDetail!(plain.data))
  t.true(syscalls.hists((sampleOf('syscalls') as Sample<'syscalls'>).data, 'calls')!.length > 5)
  const shares = syscalls.rows([plain], 'calls', false).map((row) => row.cells[2] as number)
  t.true(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) < 1e-6)
})

test('new processes: newest first, over many samples, no more than can be looked at', (t) => {
  const many = Array.from({ length: 300 }, (_, tick) =>
    fakeTick(tick, { exec: true }).find((message) => message.type === 'sample' && message.probe === 'execsnoop'),
  ) as Sample<'execsnoop'>[]
  const rows = execsnoop.rows(many, 'events', true)
  t.is(rows.length, 500)
  const ages = rows.map((row) => row.cells[0] as number)
  t.deepEqual(
    ages,
    [...ages].sort((a, b) => a - b),
  )
})

test('a process in all probes, and after its end', (t) => {
  const store = createStore()
  store.add({ type: 'probe', atMs: START_MS, spec: TCP })
  for (const message of fakeStream({ ticks: 20, targetPid: 812, detail: true })) store.add(message)
  const facts = processFacts(viewOf(store), { pid: 812 }, 10)
  t.is(facts.comm, 'postgres')
  t.true(facts.sessions.every((session) => session.pid === 812))
  t.true(facts.hists!.runq.count > 0 && facts.blockHist!.count > 0)
  t.is(processFacts(viewOf(store), { pid: 1207 }, 10).hists, undefined)
  const unknown = processFacts(viewOf(store), { pid: 31_337 }, 10)
  t.is(unknown.comm, '')
  t.is(unknown.seenMs, undefined)
  t.deepEqual(processFacts(viewOf(store), { pid: 4021 }, 10).ended, { exitCode: undefined, signal: undefined })
})

test('how a process ended is said long after it has left the history shown, as long as anything of that time is kept', (t) => {
  const store = createStore({ keepMs: 200_000, keepRowsMs: 20_000 })
  store.add({ type: 'probe', atMs: START_MS, spec: SCHED })
  const ending = 10
  for (let tick = 1; tick <= 150; tick++) {
    for (const message of fakeTick(tick, { targetPid: 812 })) {
      if (message.type !== 'sample' || message.probe !== 'sched') {
        store.add(message)
        continue
      }
      const { procs } = schedOf(message.data)
      const left =
        tick < ending
          ? procs
          : procs.flatMap((proc) =>
              proc.pid !== 812 ? [proc] : tick > ending ? [] : [{ ...proc, exited: true, signal: 9 }],
            )
      store.add({ ...message, data: editedSched(message.data, () => ({ procs: left })) })
    }
  }
  const narrowed = viewOf(store, [{ is: 'process', pid: 812, comm: 'postgres' }])
  const facts = processFacts(narrowed, { pid: 812 }, 10)
  t.deepEqual(facts.ended, { exitCode: undefined, signal: 9 })
  t.is(facts.comm, 'postgres')
  t.is(facts.seenMs, endMs({ ticks: ending }))
  t.is(facts.sched, undefined)
  t.is(processFacts(narrowed.at(endMs({ ticks: ending - 1 })), { pid: 812 }, 10).ended, undefined)
})

test('an exit is an exit until the number is used again', (t) => {
  const store = createStore()
  for (const spec of [TCP, EXECSNOOP]) store.add({ type: 'probe', atMs: START_MS, spec })
  for (const message of fakeTick(1, { exec: true })) store.add(message)
  t.like(processFacts(viewOf(store), { pid: 50_001 }, 10).ended, { exitCode: 1 })
  store.add({
    type: 'sample',
    probe: 'execsnoop',
    atMs: 9e15,
    intervalMs: 1000,
    lost: 0,
    data: execTables([{ atMs: 9e15, kind: 'exec', pid: 50_001, ppid: 1, comm: 'sh' }]),
  })
  t.is(processFacts(viewOf(store), { pid: 50_001 }, 10).ended, undefined)
})

test('a number used again: the first has ended, the second is another process, in every probe', (t) => {
  const store = createStore()
  for (const spec of [SCHED, BLOCK, TCP, SYSCALLS]) store.add({ type: 'probe', atMs: START_MS, spec })
  const reused = 11
  for (let tick = 1; tick <= 20; tick++)
    for (const message of fakeTick(tick, { detail: true })) {
      if (message.type !== 'sample' || message.probe !== 'sched') {
        store.add(message)
        continue
      }
      const procs = schedOf(message.data).procs.flatMap((proc) => {
        const first = { ...proc, startedMs: 1000, ...(tick === reused && { exited: true, exitCode: 3 }) }
        const second = { ...proc, comm: 'second', startedMs: 5000 }
        return proc.pid !== 812 ? [proc] : [...(tick <= reused ? [first] : []), ...(tick >= reused ? [second] : [])]
      })
      store.add({ ...message, data: editedSched(message.data, () => ({ procs })) })
    }
  store.add({ ...fakeProcess(endMs({ ticks: 20 }), 812), startedMs: 5000 })
  const of = (startedMs: number) => {
    const selection = { is: 'process', pid: 812, comm: '', startedMs } as const
    const narrowed = viewOf(store, [selection])
    return { narrowed, facts: processFacts(narrowed, selection, 20) }
  }
  const [first, second] = [of(1000), of(5000)]
  t.deepEqual([first.facts.comm, first.facts.ended], ['postgres', { exitCode: 3, signal: undefined }])
  t.deepEqual([second.facts.comm, second.facts.ended], ['second', undefined])
  const procsIn = (probe: ProbeId, data: TablesData): readonly { pid: number | null }[] =>
    probe === 'sched' ? schedOf(data).procs : probe === 'block' ? blockProcsOf(data) : syscallsOf(data).procs
  const ticksOf = ({ narrowed }: typeof first, probe: 'sched' | 'block' | 'syscalls'): number[] =>
    narrowed
      .samples(probe, 20)
      .flatMap(({ data }, index) => (procsIn(probe, data).some(({ pid }) => pid === 812) ? [index + 1] : []))
  const all = Array.from({ length: 20 }, (_, index) => index + 1)
  // an interval in which both were is of both
  for (const probe of ['sched', 'block', 'syscalls'] as const) {
    t.deepEqual(ticksOf(first, probe), all.slice(0, reused), probe)
    t.deepEqual(ticksOf(second, probe), all.slice(reused - 1), probe)
  }
  t.deepEqual(
    [first, second].map(({ facts }) => facts.sessions.length > 0),
    [false, true],
  )
  t.is(first.narrowed.process(812, 1000), undefined)
  t.is(second.narrowed.process(812, 5000)?.pid, 812)
  const sample = store.samples('sched', 20)[reused - 1]!
  const keys = runq.rows([sample], 'processes', false).map(({ key }) => key)
  t.is(new Set(keys).size, keys.length)
})
