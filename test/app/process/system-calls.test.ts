// System calls on the page of a process, at the widths at which columns come and go.
import test from 'ava'
import type { View } from '../../../src/model/view.ts'
import { syscallLines } from '../../../src/app/process/system-calls.ts'
import { syscallTables, type SyscallCount, type SyscallsReading } from '../../../src/model/syscalls.ts'
import type { ProcessFacts } from '../../../src/panels/process-samples.ts'
import { slotOf } from '../../../src/model/base/histogram.ts'

const hist = (ns: number, count: number) => ({ slots: [slotOf(ns), count], count, sumNs: ns * count, maxNs: ns })
const CALLS: SyscallCount[] = [
  {
    name: 'read',
    count: 400,
    errors: 20,
    errnos: [
      { errno: 'EINTR', count: 5 },
      { errno: 'EAGAIN', count: 15 },
    ],
    latency: hist(2 ** 20, 400),
  },
  { name: 'futex', count: 800, errors: 0, errnos: [], latency: hist(2 ** 12, 99) },
  { name: 'close', count: 2, latency: hist(1, 0) },
]

const lines = (
  { width = 80, most = 5, errors }: { width?: number; most?: number; errors?: number },
  own: Partial<SyscallsReading> | null = { calls: CALLS, procs: [], detail: true },
): string[] => {
  const data = own && syscallTables({ calls: [], procs: [], detail: false, ...own })
  const view = { latest: () => data && { data } } as unknown as View
  const facts = { syscalls: { count: 1202, errors, calls: [{ name: 'known', count: 600 }] }, syscallsMs: 2000 }
  return syscallLines(facts as unknown as ProcessFacts, view, { width, most, failures: 4, unicode: true }).map((line) =>
    line
      .map(([text, role]) => (role && role !== 'text' && text.trim() !== '' ? `${text}<${role}>` : text))
      .join('')
      .trimEnd(),
  )
}

test('most first, errors by their most frequent name, latency of enough', (t) => {
  t.deepEqual(lines({ errors: 20 }), [
    'System calls<title>  601/s  errors 10/s<warn>',
    '                               ERR/s ERRNO            P99      MAX<label>',
    ' futex                 400/s       0<dim>                    -   4.10us  ━━━━━━━━━━━<series1>',
    ' read                  200/s      10<warn> EAGAIN +1     1.05ms   1.05ms  ━━━━━╸<series1>',
    ' close                 1.0/s       0<dim>                    -        -  ╸<series1>',
  ])
})

test('without room latency goes first, then errors; the bar is never longer than sixty', (t) => {
  t.regex(lines({ width: 64 })[1]!, /P99/)
  t.notRegex(lines({ width: 63 })[1]!, /P99/)
  t.regex(lines({ width: 46 })[1]!, /ERRNO/)
  t.notRegex(lines({ width: 45 }).join('\n'), /ERR/)
  t.is(lines({ width: 45 })[1], ' futex                 400/s  ━━━━━━━━━━━━━━<series1>')
  t.is(lines({ width: 200 })[2]!.match(/━/g)!.length, 60)
  t.is(lines({ width: 34 })[1], ' futex                 400/s')
})

test('those for which there is no room are counted', (t) => {
  t.is(lines({ most: 1, errors: 0 })[0], 'System calls<title>  601/s  errors 0/s<dim>  2 more calls: press 5<key>')
  t.is(lines({ most: 1 }).length, 3)
})

test('where its calls were not told apart, what the table of processes has', (t) => {
  for (const own of [null, { calls: CALLS, detail: false }])
    t.deepEqual(lines({}, own), [
      'System calls<title>  601/s',
      ' known                 300/s  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━<series1>',
    ])
})

test('what failed on which path or address, its end rather than its beginning, and how many more', (t) => {
  const failures = [
    { name: 'openat', errno: 'ENOENT', about: `/etc/${'x'.repeat(80)}/absent.conf`, count: 20 },
    { name: 'connect', errno: 'ECONNREFUSED', about: '10.0.0.1:80', count: 2 },
    { name: 'openat', errno: 'EACCES', about: '\x1b[31mevil', count: 1 },
    ...Array.from({ length: 3 }, (_, i) => ({ name: 'stat', errno: 'ENOENT', about: `/${i}`, count: 1 })),
  ]
  const target = { of: { is: 'process' as const, pid: 1 }, calls: CALLS, failures }
  const data = syscallTables({ calls: [], procs: [], detail: false, target }).target!
  const view = { latest: () => ({ data }) } as unknown as View
  const facts = { syscalls: { count: 1 }, syscallsMs: 2000 } as unknown as ProcessFacts
  const size = { width: 60, most: 5, failures: 3, unicode: true }
  const shown = syscallLines(facts, view, size).map((line) => line.map(([text]) => text).join(''))
  t.deepEqual(shown.slice(-4), [
    'Failed on  path or address, of calls that have one; 3 more',
    ` openat          10/s  ENOENT       …${'x'.repeat(10)}/absent.conf`,
    ' connect        1.0/s  ECONNREFUSED 10.0.0.1:80',
    ' openat         0.5/s  EACCES       ?[31mevil',
  ])
})
