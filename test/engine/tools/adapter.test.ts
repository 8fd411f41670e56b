// What tools of bcc print, as it was recorded, as rows, tables, histograms and stacks; and what is none of these.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { createAdapter } from '../../../src/engine/tools/adapter.ts'
import { specOfScript } from '../../../src/model/scripts/spec.ts'
import { planOfTool } from '../../../src/model/tools/tools.ts'
import { ROOT } from '../../../src/paths.ts'
import { spec } from '../../../src/stream/spec-check.ts'

const recorded = (file: string): string => readFileSync(join(ROOT, 'test/fixtures/bcc', `${file}.txt`), 'utf8')

const read = (text: string, name = 'execsnoop') => {
  const adapter = createAdapter(planOfTool({ name, args: [], taken: () => false }), true)
  for (const line of text.split('\n')) adapter.line(line, 7)
  const taken = adapter.take(true)
  const plan = adapter.plan()
  const rows = taken.lines.flatMap((line) => ('cells' in line ? [line.cells] : []))
  const texts = taken.lines.flatMap((line) => ('text' in line ? [line.text] : []))
  return { plan, spec: specOfScript(plan), rows, texts, ...taken }
}

/** Titles with dimension and unit. */
const columns = ({ plan }: ReturnType<typeof read>): string =>
  plan.columns
    .map(({ title, dim, unit }) => [title, dim, unit === 'id' ? undefined : unit].filter(Boolean).join(':'))
    .join(' ')

const isEvents = test.macro({
  title: (_, file: string) => `${file}: rows of events`,
  exec(t, file: string, heading: string, count: number, first: unknown[], others: string[] = []) {
    const all = read(recorded(file))
    t.is(columns(all), heading)
    t.is(all.rows.length, count)
    t.deepEqual(all.rows[0], first)
    t.deepEqual(all.texts, others)
    t.is(spec(all.spec), undefined)
    t.like(all.spec.panels[0]!.tabs[0], { id: 'main', events: true })
  },
})

const TRUE = ['true', 12_098, 12_016, 0, '/bin/true number 1']
test(isEvents, 'execsnoop', 'PCOMM:comm PID:pid PPID RET ARGS', 5, TRUE, ['y'])
test(isEvents, 'opensnoop', 'PID:pid COMM:comm FD ERR PATH', 13, [12_101, 'two words', 3, 0, '/etc/ld.so.cache'])
test(isEvents, 'biosnoop', 'TIME(s) COMM:comm PID:pid DISK:disk T SECTOR BYTES:bytes LAT(ms):ns', 8, [
  '0.000004',
  'supervise',
  1950,
  'xvda1',
  'W',
  13_092_560,
  4096,
  740_000,
])
test(isEvents, 'cachestat', 'HITS MISSES DIRTIES HITRATIO BUFFERS_MB:bytes CACHED_MB:bytes', 7, [
  1132,
  0,
  4,
  '100.00%',
  277 * 2 ** 20,
  4367 * 2 ** 20,
])
test(isEvents, 'ext4slower', 'TIME COMM:comm PID:pid T BYTES:bytes OFF_KB:bytes LAT(ms):ns FILENAME', 8, [
  '06:35:01',
  'cron',
  16_464,
  'R',
  1249,
  0,
  16.05e6,
  'common-auth',
])
test(isEvents, 'tcplife', 'PID:pid COMM:comm LADDR LPORT:port RADDR:peer RPORT:port TX_KB:bytes RX_KB:bytes MS:ns', 6, [
  16_536,
  'python3',
  '127.0.0.1',
  58_491,
  '127.0.0.1',
  50_002,
  0,
  102.4,
  120_000,
])
test(isEvents, 'tcpconnect', 'PID:pid COMM:comm IP SADDR DADDR:peer DPORT:port', 5, [
  1479,
  'telnet',
  '4',
  '127.0.0.1',
  '127.0.0.1',
  23,
])
test(isEvents, 'biotop', 'PID:pid COMM:comm D MAJ MIN DISK:disk I/O Kbytes:bytes AVGms:ns', 7, [
  14_501,
  'cksum',
  'R',
  202,
  1,
  'xvda1',
  361,
  28_832 * 1024,
  3.39e6,
])

test('a heading that comes again makes a table, printed anew each time', (t) => {
  const softirqs = read(recorded('softirqs'))
  t.deepEqual(softirqs.table, [
    ['timer', 189_000],
    ['sched', 2_813_000],
  ])
  t.deepEqual(softirqs.texts, [])
  const [tab] = softirqs.spec.panels[0]!.tabs
  t.like(tab, { id: 'main', key: ['c0'], sort: { column: 'c1', descending: true }, events: false })
  t.is(spec(softirqs.spec), undefined)
  const calls = read(recorded('syscount'))
  t.deepEqual(calls.table?.[0], ['futex', 2188])
  t.is(calls.plan.columns[0]!.dim, 'syscall')
})

test('histograms: those of an interval are of one map, in ns', (t) => {
  const { maps, plan, texts, spec: made } = read(recorded('biolatency'))
  t.deepEqual(plan.maps, [{ name: '@usecs', does: 'hist', keys: [], unit: 'ns', worth: 1000, cleared: true }])
  t.is(maps.length, 2)
  t.deepEqual(
    maps.map((map) => map.type === 'hist' && map.buckets!.reduce((sum, { count }) => sum + count, 0)),
    [52, 154],
  )
  t.deepEqual(texts, [])
  t.is(spec(made), undefined)
  t.like(made.panels[0]!.tabs[0], { id: 'main', label: 'usecs', hists: ['h0'] })
})

test('histograms of several things are told apart by what stands above', (t) => {
  const disks = read(recorded('biolatency-D'))
  t.deepEqual(disks.plan.maps[0]!.keys, [{ title: 'DISK', is: 'text', dim: 'disk' }])
  t.deepEqual(disks.maps[0]!.type === 'hist' && disks.maps[0]!.entries!.map(([key]) => key), ['vda', 'vda'])
  const runqlat = read(recorded('runqlat-P'))
  t.deepEqual(
    runqlat.plan.maps[0]!.keys.map(({ dim }) => dim),
    ['pid', 'comm'],
  )
  t.deepEqual(runqlat.maps[0]!.type === 'hist' && runqlat.maps[0]!.entries!.map(([key]) => key), [
    '22353,biolatency',
    '15,rcu_preempt',
    '1,tokio-rt-worker',
  ])
  t.deepEqual(read(recorded('runqlat')).maps.length, 2)
  const named = read('Process Name = a b\n     Kbytes : count distribution\n 4 -> 7 : 1 |*|\n')
  t.like(named.plan.maps[0], { keys: [{ dim: 'comm' }], unit: 'bytes', worth: 1024 })
  const quoted = read("operation = b'read'\n     msecs : count distribution\n  0 -> 1 : 3 |**|\n")
  t.deepEqual(quoted.maps, [
    { type: 'hist', name: '@msecs_operation', entries: [['read', [{ min: 0, max: 1, count: 3 }]]] },
  ])
})

test('stacks, folded and a frame a line: innermost first, with whose they are', (t) => {
  const folded = read(recorded('offcputime-f'), 'offcputime')
  t.deepEqual(
    folded.plan.maps[0]!.keys.map(({ is }) => is),
    ['text', 'stack'],
  )
  t.is(folded.maps.length, 1)
  t.like(folded.maps[0], { type: 'map', name: '@folded' })
  const [, rcu] =
    folded.maps[0]!.type === 'map' ? folded.maps[0]!.entries!.filter(([key]) => /rcuos/.test(key)).flat() : []
  t.is(rcu, 45)
  t.true(
    folded.maps[0]!.type === 'map' &&
      folded.maps[0]!.entries![3]![0] === 'rcuos/4,\nschedule\nrcu_nocb_kthread\nkthread\nret_from_fork\n',
  )
  const blocks = read(recorded('offcputime'), 'offcputime')
  t.true(blocks.maps[0]!.type === 'map' && blocks.maps[0]!.entries!.length === 3)
  t.deepEqual(
    blocks.maps[0]!.type === 'map' &&
      blocks.maps[0]!.entries!.map(([key, n]) => [key.split('\n').slice(0, 2).join(''), n]),
    [
      ['16895,tokio-rt-worker,bpf_prog_6896d07dd3e1383c_sched_switch', 22],
      ['16893,tokio-rt-worker,bpf_prog_6896d07dd3e1383c_sched_switch', 121],
      ['16971,bash,bpf_prog_6896d07dd3e1383c_sched_switch', 5989],
    ],
  )
})

test('a column that is a number no more is text from then on, but a process stays one', (t) => {
  const { plan, rows, texts } = read('PID TTY FD PATH\n1 sh 3 /a\n2 sh - /b\n3 sh 4 /c\nx sh 5 /d\n')
  t.deepEqual(
    plan.columns.map(({ is }) => is),
    ['number', 'text', 'text', 'text'],
  )
  t.deepEqual(rows, [
    [1, 'sh', 3, '/a'],
    [2, 'sh', '-', '/b'],
    [3, 'sh', '4', '/c'],
  ])
  t.deepEqual(texts, ['x sh 5 /d'])
})

test('whatever comes, all is bounded, and nothing is slow', (t) => {
  const hostile = [
    'PID COMM ARGS',
    `1 a ${'x'.repeat(1e6)}`,
    `${' '.repeat(1e5)}x`,
    `${'a;'.repeat(1e5)} 7`,
    `${'0 -> 1 : '.repeat(1e4)}`,
    `${'A '.repeat(1e5)}`,
    '\u0000\u001B[2J\u009B31m',
    `    -  ${' '.repeat(1e4)}(`,
    `pid = ${'9'.repeat(1e5)}`,
    `     ${' '.repeat(1e4)}: count distribution`,
    ...Array.from({ length: 5000 }, (_, n) => `${n} b c`),
    ...Array.from({ length: 5000 }, (_, n) => `     u${n} : count distribution\n 0 -> 1 : 1 |*|`),
  ].join('\n')
  const before = process.cpuUsage()
  const { plan, lines, lost, maps, spec: made } = read(hostile)
  const { user } = process.cpuUsage(before)
  t.true(user < 2e6, `${user} us`)
  t.true(lines.length <= 2000 && lost > 0)
  t.true(plan.maps.length <= 12 && maps.length <= 4096)
  for (const line of lines) t.true(JSON.stringify(line).length < 8000)
  t.is(spec(made), undefined)
})
