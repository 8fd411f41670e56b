// System calls as tables and back; and what is left of them for a selection.
import test from 'ava'
import { narrowTables, type Step } from '../../src/model/narrow-tables.ts'
import type { Selection } from '../../src/model/selection.ts'
import { syscallsOf, syscallTables, type SyscallCount, type SyscallsReading } from '../../src/model/syscalls.ts'
import { SYSCALLS } from '../../src/stream/specs/syscalls.ts'
import type { TablesData } from '../../src/stream/tables.ts'

const latency = (count: number) => ({ slots: [40, count], count, sumNs: count * 500, maxNs: 600 })
const READ = { count: 30, errors: 2, restarted: 1, errnos: [{ errno: 'EAGAIN', count: 2 }], latency: latency(30) }
const FUTEX = { count: 12, errors: 0, restarted: 0, errnos: [], latency: latency(12) }

/** On what calls failed is told of a target alone. */
const NO_FAILURES = { failures: [] }

/** Two processes; of the first only the most frequent calls are known. */
const READING: SyscallsReading = {
  calls: [
    { name: 'read', ...READ },
    { name: 'futex', ...FUTEX },
  ],
  procs: [
    { pid: 7, comm: 'worker', count: 30, errors: 2, calls: [{ name: 'read', count: 25 }] },
    { pid: 9, comm: 'other', count: 10, errors: 0, calls: [{ name: 'futex', count: 10 }] },
  ],
  detail: true,
  others: { count: 2, errors: 0 },
}
const OF_7 = { is: 'process', pid: 7 } as const
const READ_OF_7: SyscallCount = { name: 'read', ...READ, count: 25, latency: latency(25) }
const TOLD: SyscallsReading = { ...READING, target: { of: OF_7, calls: [READ_OF_7] } }

const worker: Selection = { is: 'process', pid: 7, comm: 'worker' }
const read: Selection = { is: 'syscall', name: 'read' }
const left = (data: TablesData, selection: Selection, step?: Step) =>
  narrowTables(data, SYSCALLS, selection, undefined, step)

test('what is made of a reading is read as it was', (t) => {
  t.deepEqual(syscallsOf(syscallTables(READING)), { ...READING, ...NO_FAILURES })
  t.deepEqual(syscallTables(READING).totals, { calls: 42 })
})

test('without detail there are counts, and no columns for more', (t) => {
  const counts = ({ name, count }: SyscallCount) => ({ name, count })
  const procs = READING.procs.map(({ pid, comm, count }) => ({ pid, comm, count }))
  const data = syscallTables({ ...READING, detail: false })
  t.deepEqual(syscallsOf(data), {
    calls: READING.calls.map(counts),
    procs,
    detail: false,
    others: { count: 2 },
    ...NO_FAILURES,
  })
  t.deepEqual(data.tables.calls!.columns, ['name', 'count'])
  t.false('procCalls' in data.tables || 'errnos' in data.tables)
})

test('while there is a target nothing is said of the detail of the others', (t) => {
  const [own, other] = READING.procs
  const { errors: _, calls: __, ...counted } = other!
  const data = syscallTables({ ...TOLD, procs: [own!, counted] })
  t.false(syscallsOf(data).detail)
  t.deepEqual(syscallsOf(data).procs, [own!, counted])
  t.deepEqual(syscallsOf(data.target!).calls, [READ_OF_7])
})

test('calls of a process are those that its rows tell, and the rest in one; they have no latency', (t) => {
  const { data, measured } = left(syscallTables(READING), worker)
  t.deepEqual(syscallsOf(data), {
    calls: [
      { name: 'read', count: 25 },
      { name: '(other calls)', count: 5 },
    ],
    procs: [READING.procs[0]!],
    detail: false,
    ...NO_FAILURES,
  })
  t.deepEqual([data.totals, data.hists, measured], [{}, {}, false])
})

test('where the kernel told it apart its calls are those, with latency', (t) => {
  const { data, measured } = left(syscallTables(TOLD), worker, { own: true, isLast: true })
  t.true(measured)
  t.deepEqual(syscallsOf(data), { calls: [READ_OF_7], procs: [READING.procs[0]!], detail: true, ...NO_FAILURES })
  t.deepEqual(data.totals, { calls: 25 })
})

test('of a call: its row with latency, and who makes it how often', (t) => {
  const { data, measured } = left(syscallTables(READING), read)
  t.true(measured)
  t.deepEqual(syscallsOf(data), {
    calls: [READING.calls[0]!],
    procs: [{ pid: 7, comm: 'worker', count: 25, calls: [{ name: 'read', count: 25 }] }],
    detail: true,
    ...NO_FAILURES,
  })
})

test('of a call of a process, in whichever order they were entered', (t) => {
  for (const path of [
    [worker, read],
    [read, worker],
  ]) {
    const { data, measured } = path.reduce(
      ({ data }, selection, index) => left(data, selection, { own: true, isLast: index === path.length - 1 }),
      { data: syscallTables(TOLD), measured: false },
    )
    t.true(measured)
    t.deepEqual(syscallsOf(data).calls, [READ_OF_7])
    t.deepEqual(
      syscallsOf(data).procs.map(({ pid, count }) => [pid, count]),
      [[7, 25]],
    )
  }
})

test('on what calls of the target failed, most often first as the kernel told it, and the rest in one', (t) => {
  const failures = [{ name: 'openat', errno: 'ENOENT', about: '/etc/absent', count: 3 }]
  const data = syscallTables({ ...READING, target: { of: OF_7, calls: [READ_OF_7], failures, otherFailures: 2 } })
  t.deepEqual(syscallsOf(data.target!).failures, [...failures, { name: '', errno: '', about: 'others', count: 2 }])
  t.deepEqual(syscallsOf(data).failures, [])
})

test('of what has no calls there are none', (t) => {
  for (const selection of [
    { is: 'disk', dev: '8:0', name: 'sda' },
    { is: 'cpu', cpu: 1 },
  ] as const) {
    const { calls, procs } = syscallsOf(left(syscallTables(READING), selection).data)
    t.deepEqual([calls, procs], [[], []])
  }
})

test('what is not known of a call, a process, an error or a failure is nothing', (t) => {
  const table = (id: keyof typeof SYSCALLS.tables, ...more: (readonly (string | number | null)[])[]) => {
    const columns = SYSCALLS.tables[id].map((field) => field.id)
    return { columns, rows: [columns.map(() => null), ...more.map((row) => [...row])] }
  }
  const tables = {
    calls: table('calls', ['read', 5, 2, null, null]),
    errnos: table('errnos', ['read', null, null]),
    procs: { ...table('procs'), others: [null, 'others', null, null] },
    procCalls: table('procCalls', [7, null, null]),
    failures: { ...table('failures'), others: [null, null, 'others', 3] },
  }
  t.deepEqual(syscallsOf({ tables, hists: {}, totals: {} }), {
    calls: [
      { name: '', count: 0 },
      { name: 'read', count: 5, errors: 2, errnos: [{ errno: '', count: 0 }] },
    ],
    detail: true,
    procs: [{ pid: 0, comm: '', count: 0, calls: [{ name: '', count: 0 }] }],
    others: { count: 0 },
    failures: [
      { name: '', errno: '', about: '', count: 0 },
      { name: '', errno: '', about: 'others', count: 3 },
    ],
  })
  t.deepEqual(syscallsOf({ tables: {}, hists: {}, totals: {} }), { calls: [], detail: false, procs: [], failures: [] })
})

test('what had no row, with its errors where they are collected and known', (t) => {
  const others = (detail: boolean, errors?: number) =>
    syscallTables({ calls: [], procs: [], detail, others: { count: 4, ...(errors === undefined ? {} : { errors }) } })
      .tables['procs']!.others
  t.deepEqual(
    [others(false, 2), others(true, 2), others(true)],
    [
      [null, 'others', 4],
      [null, 'others', 4, 2],
      [null, 'others', 4, null],
    ],
  )
})
