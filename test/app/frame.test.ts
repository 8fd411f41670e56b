import { editedSched } from '../helpers/sched.ts'
import test from 'ava'
import { blockTables } from '../../src/model/block.ts'
import { frame } from '../../src/app/draw/frame.ts'
import { displayWidth } from '../../src/app/width.ts'
import { PANELS } from '../../src/panels/registry.ts'
import type { Message, ProbeStatus, Sample } from '../../src/stream/stream-types.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { endMs, fakeStream, HOSTILE_NAMES } from '../helpers/stream.ts'
import { fitColumns } from '../../src/app/table/columns.ts'
import { charsOf, rolesOf } from '../helpers/grids.ts'

const SIZES = [
  [80, 24],
  [120, 36],
  [200, 50],
] as const

/** A picture at each size, after some keys. */
const pictures = (name: string, keys: readonly string[] = [], options: ScreenOptions = {}): void => {
  for (const [width, height] of SIZES) {
    test(`${name} at ${width}x${height}`, (t) => {
      const screen = fakeScreen({ ticks: 90, width, height, ...options })
      screen.press(...keys)
      golden(t, `${width}x${height}/${name}`, screen.picture())
    })
  }
}

/** One picture, at 120x36. */
const picture = (name: string, keys: readonly string[], options: ScreenOptions = {}): void => {
  test(name, (t) => {
    const screen = fakeScreen({ ticks: 90, ...options })
    screen.press(...keys)
    golden(t, name, screen.picture())
  })
}

pictures('overview')
test('a very large overview has the other tabs of its tables below what stands out, until a row is selected', (t) => {
  const screen = fakeScreen({ ticks: 90, width: 320, height: 90 })
  golden(t, '320x90/overview', screen.picture())
  t.regex(screen.text(), /5 system calls by process .*live/)
  screen.press('Tab', '5', 'm', 'escape')
  t.regex(screen.text(), /5 system calls by call .*live .\n/, 'the tab that the panel shows is not shown again')
  screen.press('down')
  t.notRegex(screen.text(), /TCP listeners/)
})

pictures('runq', ['1', 'down'])
pictures('offcpu', ['2'])
pictures('block', ['3'])
pictures('tcp', ['4'])
pictures('syscalls', ['5'], { detail: true })
pictures('exec', ['6'], { exec: true })
pictures('process', ['down', 'enter'], { targetPid: 812, detail: true })
pictures('help', ['?'])
pictures('filter', ['/', 'n', 'o', 'd'])
pictures('frozen', ['[', '[', 'down'])
pictures('cost', ['c'], { cost: true })
pictures('cost-full-screen', ['c', '5'], { cost: true, detail: true })
pictures('cost-help', ['c', '?'], { cost: true, exec: true })
pictures('hostile', ['end'], { hostile: true })
pictures('ascii', [], { unicode: false, hostile: true })
pictures('no-colour', [], { colour: false })

picture('offcpu-uninterruptible', ['2', 'm', 'm'])
picture('block-disks', ['3', 'm'])
picture('tcp-listeners', ['4', 'm'])
picture('syscalls-processes', ['5', 'm'], { detail: true })
picture('ascii-full-screen', ['1'], { unicode: false })
pictures('narrowed', ['down', 'enter', '1', '1'], { targetPid: 812, detail: true })
pictures('threads', ['down', 'enter', '7'], { targetPid: 812 })
pictures('choice', ['4', 'down', 'd'])
picture('narrowed-syscall', ['5', 'down', 'enter'], { detail: true })
picture('narrowed-disk', ['3', 'm', 'down', 'enter'])
picture('narrowed-disk-processes', ['3', 'm', 'down', 'enter', 'm'])
picture('narrowed-process-disks', ['3', 'down', 'enter', '3', 'm'], { targetPid: 812 })
picture('narrowed-cpu', ['1', 'm', 'down', 'enter'], { cpus: true })
picture('narrowed-cpu-stacks', ['1', 'm', 'down', 'enter', 's'], { cpus: true, stacks: true })
picture('narrowed-cpu-processes', ['1', 'm', 'down', 'enter', '1', 'm'], { cpus: true })
pictures('cpus', ['1', 'm'], { cpus: true })
picture('cpus-of-a-process', ['1', 'm', 'm', 'down', 'enter', '1', 'm'], { targetPid: 812 })
picture('narrowed-cgroup', ['down', 'd', 'down', 'down', 'enter'])
picture('only-pid', ['1'], { initial: { only: [{ is: 'process', pid: 812, comm: '' }] } })
picture('two-panels', [], { initial: { panels: ['block', 'tcp'] } })
picture('sorted', ['1', '>', 'r'])
picture('refused', ['6', ']'], { exec: true })
picture('smallest', [], { width: 60, height: 16 })
picture('too-small', [], { width: 59, height: 30 })
picture('tiny', [], { width: 8, height: 2 })

picture('cost-bpftrace', ['c', '6'], { cost: true, exec: true })
picture('cost-not-recorded', ['c'], { initial: { replay: true } })
picture('cost-not-yet', ['c'])

test('time that the hypervisor took is told in the header, once it matters', (t) => {
  const shown = (stolenMs: number) =>
    fakeScreen({
      messages: fakeStream().map((message, i) =>
        message.type === 'host' ? { ...message, stolenMs: 5000 + (i / 5) * stolenMs } : message,
      ),
    }).text()
  t.notRegex(shown(2), /stolen/)
  t.regex(shown(400), /every 1s  stolen 5%/)
})

test('replay, with its banner', (t) => {
  const screen = fakeScreen({ ticks: 90, initial: { replay: true } })
  screen.context.banner = 'REPLAY of a recording: no rights to load BPF programs. Run: sudo probetop'
  golden(t, 'replay', screen.picture())
})

/** Each status, as a panel shows it. */
const status = (
  name: string,
  probeStatus: ProbeStatus,
  change: (messages: Message[]) => Message[],
  options: ScreenOptions = {},
): void => {
  test(`status ${name}`, (t) => {
    // the stream begins with a live one
    const messages = change(fakeStream({ ticks: 30 }))
    if (probeStatus.is !== 'live')
      messages.push({ type: 'status', atMs: endMs({ ticks: 30 }), probe: 'block', status: probeStatus })
    const screen = fakeScreen({ ticks: 30, messages, width: 80, height: 24, ...options })
    golden(t, `status-${name}`, screen.picture())
    screen.press('3')
    golden(t, `status-${name}-full`, screen.picture())
  })
}

const without = (messages: Message[]): Message[] =>
  messages.filter((message) => !(message.type === 'sample' && message.probe === 'block'))
const edited =
  (edit: (message: Sample<'block'>) => Sample<'block'> | undefined) =>
  (messages: Message[]): Message[] =>
    messages.flatMap((message) =>
      message.type === 'sample' && message.probe === 'block' ? (edit(message as Sample<'block'>) ?? []) : message,
    )

status('starting', { is: 'starting' }, without)
// Live it would be on its way
status('off', { is: 'off' }, without, { initial: { replay: true } })
status('live', { is: 'live' }, (messages) => messages)
status(
  'quiet',
  { is: 'live' },
  edited((sample) => ({ ...sample, data: blockTables({ disks: [], procs: [], inFlight: 0 }) })),
)
status('held', { is: 'live' }, (messages) =>
  edited((sample) => ({ ...sample, data: blockTables({ disks: [], procs: [], inFlight: 0 }) }))(messages).map(
    (message) =>
      message.type === 'sample' && message.probe === 'sched'
        ? {
            ...message,
            data: editedSched(message.data, () => ({
              ioLimits: [{ cgroup: '/batch', threads: 3, disks: [{ name: 'vda', writeBytes: 1 << 20 }] }],
            })),
          }
        : message,
  ),
)
status(
  'stale',
  { is: 'live' },
  edited((sample) => (sample.atMs > endMs({ ticks: 24 }) ? undefined : sample)),
)
status(
  'lossy',
  { is: 'live' },
  edited((sample) => (sample.atMs > endMs({ ticks: 27 }) ? { ...sample, lost: 1234 } : sample)),
)
status(
  'failed',
  {
    is: 'failed',
    why: 'block.bpf.o could not be attached: tracepoint block_rq_issue: Permission denied',
    hint: 'Run as root: sudo probetop',
    retryMs: 4000,
  },
  without,
)
status(
  'failed-later',
  { is: 'failed', why: 'the engine was killed', hint: 'It is started again by itself.', retryMs: 2000 },
  (messages) => messages,
)
status(
  'unsupported',
  {
    is: 'unsupported',
    why: 'this kernel has no BTF (/sys/kernel/btf/vmlinux)',
    hint: 'Use a kernel built with CONFIG_DEBUG_INFO_BTF.',
  },
  without,
)

status(
  'shed',
  {
    is: 'shed',
    why: 'probes took 4.2 % of 8 CPUs, more than 3 %',
    hint: 'allow more with the key b, or with --max-overhead PERCENT (0: any)',
    retryMs: 60_000,
  },
  without,
)

const shedDetail = {
  why: 'probes took 4.2 % of 8 CPUs, more than 3 %',
  hint: 'allow more with the key b, or with --max-overhead PERCENT (0: any)',
  retryMs: 60_000,
}
pictures('detail-shed', ['5'], {
  messages: fakeStream({ ticks: 90 }).map((message) =>
    message.type === 'sample' && message.probe === 'syscalls' ? { ...message, shed: shedDetail } : message,
  ),
})

test('a gap is seen as a gap', (t) => {
  const messages = fakeStream({ ticks: 60 }).filter(
    (message) =>
      !(message.type === 'sample' && message.atMs > endMs({ ticks: 40 }) && message.atMs <= endMs({ ticks: 50 })),
  )
  messages.push({ type: 'gap', atMs: endMs({ ticks: 50 }), why: 'the engine was away' })
  const screen = fakeScreen({ ticks: 60, messages })
  screen.press('1')
  golden(t, 'gap', screen.picture())
})

test('a panel that was shed a while ago says how old its figures are, and shows no rows', (t) => {
  const messages = edited((sample) => (sample.atMs > endMs({ ticks: 24 }) ? undefined : sample))(
    fakeStream({ ticks: 30 }),
  )
  const shed: ProbeStatus = { is: 'shed', why: 'it took 9 % of a CPU', hint: 'Raise --max-overhead.', retryMs: 24_000 }
  messages.push({ type: 'status', atMs: endMs({ ticks: 24 }), probe: 'block', status: shed })
  const screen = fakeScreen({ ticks: 30, messages })
  screen.press('3')
  const lines = screen.text().split('\n')
  t.regex(lines[2]!, / too costly /)
  t.regex(lines[3]!, /^│ stale 6\.3s  p50 /)
  t.true(screen.text().includes('trying again in 18s'))
  t.false(screen.text().includes('postgres'))
})

test('a probe that was switched on anew shows nothing of long ago as if it were now', (t) => {
  const messages = fakeStream({ ticks: 60, exec: true }).filter(
    (message) => !(message.type === 'sample' && message.probe === 'execsnoop' && message.atMs > endMs({ ticks: 20 })),
  )
  messages.push({ type: 'status', atMs: endMs({ ticks: 20 }), probe: 'execsnoop', status: { is: 'off' } })
  const screen = fakeScreen({ ticks: 60, messages })
  screen.press('6')
  const lines = screen.text().split('\n')
  t.regex(lines[2]!, / starting /)
  t.false(screen.text().includes('stale'))
  t.true(screen.text().includes('waiting for the first interval'))
})

test('one that comes back is starting until its first numbers are late', (t) => {
  const messages = fakeStream({ ticks: 60, exec: true }).filter(
    (message) => !(message.type === 'sample' && message.probe === 'execsnoop' && message.atMs > endMs({ ticks: 20 })),
  )
  const said = (ticks: number, status: ProbeStatus): Message => ({
    type: 'status',
    atMs: endMs({ ticks }),
    probe: 'execsnoop',
    status,
  })
  messages.push(
    said(20, { is: 'shed', why: 'it took 9 % of a CPU', hint: 'Raise --max-overhead.', retryMs: 30_000 }),
    said(58, { is: 'starting' }),
    said(60, { is: 'live' }),
  )
  const screen = fakeScreen({ ticks: 60, messages })
  screen.press('6')
  const at = (ms: number): string => {
    screen.context.nowMs = endMs({ ticks: 60 }) + ms
    return screen.text()
  }
  for (const ms of [0, 2000]) {
    t.regex(at(ms).split('\n')[2]!, / starting /)
    t.false(at(ms).includes('stale'))
  }
  t.regex(at(4000).split('\n')[2]!, / stale 44s /)
})

const processPicture = (change: (messages: Message[]) => Message[], options: ScreenOptions = {}) => {
  const messages = change(fakeStream({ ticks: 60, targetPid: 812, detail: true }))
  const screen = fakeScreen({ ticks: 60, messages, targetPid: 812, height: 50, ...options })
  const of = { is: 'process', pid: 812, comm: 'postgres' } as const
  screen.state = {
    ...screen.state,
    page: { is: 'process', scroll: 0 },
    crumbs: [{ selection: of, from: { is: 'overview' } }],
  }
  return screen
}
const samplesOf =
  (probe: string, edit: (sample: Message & { type: 'sample' }) => Message | undefined) =>
  (messages: Message[]): Message[] =>
    messages.flatMap((message) =>
      message.type === 'sample' && message.probe === probe ? (edit(message) ?? []) : [message],
    )

test('the process page says of each section how old its numbers are', (t) => {
  const stopped = endMs({ ticks: 50 })
  const screen = processPicture(samplesOf('sched', (sample) => (sample.atMs > stopped ? undefined : sample)))
  golden(t, 'process-stale', screen.picture())
  t.regex(screen.text().split('\n')[2]!, / stale 10s /, 'and not live')
  const lines = screen.text().split('\n')
  t.regex(
    lines.find((line) => line.includes('Where its time goes'))!,
    /stale 10s/,
  )
  t.regex(
    lines.find((line) => line.includes('  on CPU   '))!,
    /·{10}/,
  )
  t.notRegex(
    lines.find((line) => line.includes('Block I/O'))!,
    /stale/,
  )
})

test('the process page has no numbers of a probe that is shed, and says why', (t) => {
  const stopped = endMs({ ticks: 50 })
  const screen = processPicture((messages) => [
    ...samplesOf('block', (sample) => (sample.atMs > stopped ? undefined : sample))(messages),
    {
      type: 'status',
      atMs: stopped,
      probe: 'block',
      status: { is: 'shed', why: 'it took 9 % of a CPU', hint: '', retryMs: 30_000 },
    },
  ])
  t.regex(screen.text(), /Block I\/O {2}too costly/)
  t.regex(screen.text(), /it took 9 % of a CPU/)
  t.regex(screen.text(), /trying again in 20s/)
  t.notRegex(screen.text(), / reads /)
})

test('the process page says what is not known while its threads are only counted', (t) => {
  const screen = processPicture(
    samplesOf('sched', (sample) =>
      sample.probe === 'sched'
        ? {
            ...sample,
            tier: { is: 'counted', why: 'probes took 9 % of 2 CPUs', hint: '', retryMs: 20_000 },
            data: editedSched(sample.data, ({ procs }) => ({
              target: undefined,
              procs: procs.map((proc) => ({ ...proc, calls: [] })),
            })),
          }
        : sample,
    ),
  )
  t.regex(screen.text(), /not known while time is only counted/)
  t.regex(screen.text(), /time of threads is only counted: no distribution/)
  t.notRegex(screen.text(), /nothing in this interval|from the next interval on/)
})

test('the panel of threads says when it has some of a process that was just selected', (t) => {
  const tier = { is: 'counted' as const, why: 'probes took 9 % of 2 CPUs', hint: '', retryMs: 20_000 }
  const screen = processPicture(
    samplesOf('sched', (sample) =>
      sample.probe === 'sched'
        ? { ...sample, tier, data: editedSched(sample.data, () => ({ target: undefined })) }
        : sample,
    ),
  )
  screen.press('7')
  t.regex(screen.text(), /threads from the next interval on/)
  t.notRegex(screen.text(), /nothing is selected|Enter on a process/)
})

test('shares over time on the process page are of the time their interval took', (t) => {
  // a long interval with the same sums is a tenth of the share
  const screen = processPicture(
    samplesOf('sched', (sample) => (sample.atMs === endMs({ ticks: 55 }) ? { ...sample, intervalMs: 10_000 } : sample)),
  )
  const bars = screen
    .text()
    .split('\n')
    .find((line) => line.includes('  on CPU   '))!
  const levels = [...bars.matchAll(/[▁▂▃▄▅▆▇█]/g)].map(([level]) => level)
  t.is(levels.at(-6), '▁')
})

test('a reason is said once on the process page, and the header says that nothing comes', (t) => {
  const stopped = endMs({ ticks: 50 })
  const why = 'the engine does not answer'
  const screen = processPicture((messages) => [
    ...messages.filter((message) => !('atMs' in message) || message.atMs <= stopped),
    ...(['sched', 'block', 'tcp', 'syscalls'] as const).map((probe) => ({
      type: 'status' as const,
      atMs: stopped,
      probe,
      status: { is: 'failed' as const, why, hint: 'it may be stopped' },
    })),
  ])
  const text = screen.text()
  t.is(text.split(why).length, 2)
  t.regex(text, /Block I\/O {2}failed/)
  t.regex(text.split('\n')[1]!, /nothing new for 10s/)
})

test('what a table is sorted by is shown however narrow it is', (t) => {
  for (const panel of PANELS) {
    for (const { id: mode } of panel.modes) {
      const columns = panel.columns(mode, false)
      for (const { id, title } of columns) {
        // as wide as on an overview of 80 columns: three abreast above, two below
        const width = panel.heatBits && panel.id !== 'syscalls' ? 24 : 38
        const sort = { column: id, descending: true }
        const headings = fitColumns({ columns, shown: columns }, [], width, sort, ['', '']).map(
          ({ heading }) => heading,
        )
        const about = columns.find(({ priority }) => priority === 0)!.title
        t.true(headings.includes(title) && headings.includes(about), `${panel.id} ${mode} by ${id}: ${headings}`)
      }
    }
  }
})

test('labels of the time axis are those of the columns they stand under, whatever the interval was', (t) => {
  const slowFromMs = endMs({ ticks: 40 })
  const messages = fakeStream({ ticks: 60 }).map((message) =>
    message.type === 'sample' && message.atMs > slowFromMs
      ? { ...message, atMs: slowFromMs + (message.atMs - slowFromMs) * 5, intervalMs: 5000 }
      : message,
  )
  const screen = fakeScreen({ messages, initial: { intervalMs: 5000 } })
  screen.context.nowMs = slowFromMs + 100_000
  screen.press('1')
  const axis = screen
    .text()
    .split('\n')
    .find((line) => / now /.test(line))!
  // 20 columns of five seconds, before them those of one
  const columns = axis.indexOf('now') + 3 - 7
  for (const [, label] of axis.matchAll(/(-\S+)/g)) {
    const back = columns - (axis.indexOf(label!) - 7)
    const seconds = back <= 20 ? back * 5 : 100 + (back - 20)
    const [, minutes = '0', rest] = /^-(?:(\d+)m)?(\d+)s?$/.exec(label!)!
    t.is(Number(minutes) * 60 + Number(rest), seconds, label)
  }
  t.true([...axis.matchAll(/-\d/g)].length >= 3)
})

test('every line is as wide as the screen, whatever the names', (t) => {
  for (const unicode of [true, false]) {
    const screen = fakeScreen({ hostile: true, exec: true, detail: true, unicode, targetPid: 9003 })
    for (const keys of [[], ['1'], ['escape', '4'], ['escape', '6'], ['escape', 'down', 'enter'], ['?']]) {
      screen.press(...keys)
      const { grid } = frame(screen.state, screen.store, screen.context)
      for (let y = 0; y < grid.height; y++) {
        const line = charsOf(grid)
          .slice(y * grid.width, (y + 1) * grid.width)
          .join('')
        t.is(displayWidth(line), grid.width)
        t.regex(line, unicode ? /^[^\p{C}]*$/u : /^[\x20-\x7e]*$/)
      }
    }
  }
})

test('hostile names stay whole words and neutral', (t) => {
  const screen = fakeScreen({ hostile: true, width: 200, height: 60 })
  screen.press('1')
  const text = screen.text()
  for (const shown of ['?[31mred?[0m', '{red-fg}tag{/}', 'new?line', '日本語プロセス', 'a?b?', 'ñandú', '🔥fire'])
    t.true(text.includes(shown), shown)
  t.is(HOSTILE_NAMES.length, 8)
})

test('a selected row is marked in text and by role', (t) => {
  const screen = fakeScreen({})
  screen.press('down', 'down')
  const { grid } = frame(screen.state, screen.store, screen.context)
  const selection = rolesOf(grid).indexOf(6)
  t.is(charsOf(grid)[selection], '▸')
})

test('charts are offered in full-screen only, and where there is room', (t) => {
  const large = fakeScreen({ width: 200, height: 50 })
  t.deepEqual(frame(large.state, large.store, large.context).charts, [])
  large.press('1')
  const [chart] = frame(large.state, large.store, large.context).charts
  t.deepEqual(
    chart?.series.map(({ label }) => label),
    ['p50', 'p90', 'p99', 'max'],
  )
  t.true(chart!.series.every(({ values }) => values.length === chart!.xLabels.length))
  const small = fakeScreen({ width: 80, height: 24 })
  small.press('1')
  t.deepEqual(frame(small.state, small.store, small.context).charts, [])
})

test('no chart is painted over what lies over the page', (t) => {
  const screen = fakeScreen({ width: 200, height: 50 })
  screen.press('1')
  for (const key of ['o', 'C-p', '0']) {
    const charts = () => frame(screen.state, screen.store, screen.context).charts.length
    t.is(charts(), 1)
    screen.press(key)
    t.is(charts(), 0, key)
    screen.press('escape')
  }
  const apart = fakeScreen({ width: 320, height: 90 })
  apart.press('1', 'down', 'd')
  t.truthy(apart.state.choice)
  t.is(frame(apart.state, apart.store, apart.context).charts.length, 1, 'one beside it stays')
})

test('an empty store still makes a picture', (t) => {
  const screen = fakeScreen({ messages: [] })
  for (const keys of [[], ['1'], ['escape', 'enter'], ['?'], ['escape'], ['space'], ['/', 'x']]) {
    screen.press(...keys)
    t.true(screen.text().includes('probetop'))
  }
})
