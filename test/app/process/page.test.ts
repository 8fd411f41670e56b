// The page of a process in all that can be said of one: more than there is room for, how it ended, quiet, unknown.
import test from 'ava'
import { viewIn } from '../../../src/app/state.ts'
import { processPage } from '../../../src/app/process/page.ts'
import type { Selection } from '../../../src/model/selection.ts'
import { slotOf } from '../../../src/model/base/histogram.ts'
import { blockTables } from '../../../src/model/block.ts'
import { syscallTables } from '../../../src/model/syscalls.ts'
import type { SchedData, SchedProc } from '../../../src/stream/sched-types.ts'
import type { Message, Sample } from '../../../src/stream/stream-types.ts'
import { editedBlock } from '../../helpers/block.ts'
import { golden } from '../../helpers/golden.ts'
import { editedSched } from '../../helpers/sched.ts'
import { fakeScreen } from '../../helpers/screen.ts'
import { endMs, fakeStream } from '../../helpers/stream.ts'
import { asTcp, tcpTables } from '../../helpers/tcp.ts'

const TICKS = 12
const END = endMs({ ticks: TICKS })

type Edit = (message: Message) => Message | readonly Message[]

/** Of the scheduler's samples from an interval on. */
const sched =
  (edit: (data: SchedData) => Partial<SchedData>, from = 1): Edit =>
  (message) =>
    message.type === 'sample' && message.probe === 'sched' && message.atMs >= endMs({ ticks: from })
      ? { ...message, data: editedSched(message.data, edit) }
      : message

const procs = (change: (proc: SchedProc) => SchedProc | undefined, from?: number): Edit =>
  sched(
    ({ procs: all }) => ({ procs: all.flatMap((proc) => (proc.pid === 812 ? (change(proc) ?? []) : [proc])) }),
    from,
  )

const page = (
  edit: Edit,
  {
    width = 140,
    height = 50,
    of = { is: 'process', pid: 812, comm: 'postgres' } as Selection,
    instantMs = 0,
    replay = true,
  } = {},
): string => {
  const messages = fakeStream({ ticks: TICKS, targetPid: 812, detail: true }).flatMap(edit)
  const screen = fakeScreen({ ticks: TICKS, messages, targetPid: 812, height, initial: { replay } })
  const state = {
    ...screen.state,
    page: { is: 'process', scroll: 0 } as const,
    crumbs: [{ selection: of, from: { is: 'overview' } as const }],
    ...(instantMs ? { instantMs } : {}),
  }
  const { title, status, lines } = processPage(state, viewIn(state, screen.store), width, END + 300, true)
  const text = lines.map((line) =>
    line
      .map(([piece, role]) => (role && role !== 'text' && piece.trim() !== '' ? `${piece}<${role}>` : piece))
      .join('')
      .trimEnd(),
  )
  return [`${title} [${status.join(' ')}]`, ...text].join('\n')
}

const first = (text: string): string => text.split('\n')[0]!

test('more calls than there is room for, throttled by its quota', (t) => {
  const calls = Array.from({ length: 14 }, (_, i) => ({
    call: `call${i}`,
    state: i % 4 === 0 ? ('D' as const) : ('S' as const),
    ns: (i + 1) * 1e6,
  }))
  const quotas = [{ cgroup: '/batch', cpus: 0.5, periods: 10, throttledPeriods: 4, throttledNs: 2e8 }]
  const busy = sched(({ procs: all, target }) => ({
    quotas,
    procs: all.map((proc) => (proc.pid === 812 ? { ...proc, calls, throttledNs: 2e8, quota: '/batch' } : proc)),
    ...(target && { target: { ...target, throttled: { slots: [slotOf(5e7), 4], count: 4, sumNs: 2e8, maxNs: 6e7 } } }),
  }))
  golden(t, 'process/busy', page(busy))
  golden(t, 'process/busy-narrow', page(busy, { width: 78, height: 24 }))
})

test('how it ended: by itself, with a code, by a signal, and who came after it', (t) => {
  const ended = (how: Partial<SchedProc>) => first(page(procs((proc) => ({ ...proc, exited: true, ...how }), TICKS)))
  t.regex(ended({}), /\[exited warn\]$/)
  t.regex(ended({ exitCode: 3 }), /\[exited with 3 warn\]$/)
  t.regex(ended({ signal: 9, exitCode: 0 }), /\[ended by signal 9 warn\]$/)
  const next = sched(
    ({ procs: all }) => ({
      procs: all.flatMap((proc) =>
        proc.pid === 812
          ? [
              { ...proc, exited: true, exitCode: 0 },
              { ...proc, pid: 9000 },
              { ...proc, pid: 900 },
            ]
          : [proc],
      ),
    }),
    TICKS,
  )
  t.regex(first(page(next)), /\[exited with 0; n: next postgres, 9000 warn\]$/)
})

test('quiet for so long; nothing seen of it', (t) => {
  const quiet: Edit = (message) => {
    if (message.type !== 'sample' || message.atMs <= endMs({ ticks: 7 })) return message
    if (message.probe === 'block')
      return { ...message, data: editedBlock(message.data, () => ({ procs: [] })) } as Sample<'block'> as Message
    if (message.probe === 'syscalls')
      return { ...message, data: syscallTables({ calls: [], procs: [], detail: false }) }
    return procs(() => undefined, 8)(message)
  }
  const text = page(quiet)
  t.regex(first(text), /\[quiet for 5\.0s dim\]$/)
  t.regex(text, /none in this interval/)
  t.regex(
    first(page((message) => message, { of: { is: 'process', pid: 77_777, comm: 'who' } })),
    /^who {2}pid 77777 \[nothing seen of it dim\]$/,
  )
})

test('what nobody looked at is not said to be nothing', (t) => {
  const text = page((message) => (message.type === 'sample' && message.probe === 'block' ? [] : message))
  t.regex(text, /^Block I\/O<title> {2}starting<warn>$/m)
  t.notRegex(text, /none in this interval/)
  const away = page((message) => ('probe' in message && message.probe === 'syscalls' ? [] : message))
  t.regex(away, /System calls<title> {2}off<dim>/)
  t.notRegex(away, /none in this interval/)
})

test('I/O that was only counted has no latency', (t) => {
  const counted: Edit = (message) =>
    message.type === 'sample' && message.probe === 'block'
      ? ({
          ...message,
          data: blockTables({
            disks: [],
            inFlight: 0,
            procs: [
              {
                pid: 812,
                comm: 'postgres',
                reads: null,
                writes: null,
                otherOps: null,
                readBytes: 5e6,
                writeBytes: 1e6,
                latencyNs: null,
                latencyMaxNs: null,
                queuedNs: null,
              },
            ] as never,
          }),
        } as Message)
      : message
  const lines = page(counted).split('\n')
  const at = lines.findIndex((line) => line.startsWith('Block I/O'))
  t.deepEqual(
    lines.slice(at + 1, at + 3).map((line) => line.slice(0, 66).trimEnd()),
    [' reads <label>4.77M/s  writes <label>977K/s', ' only counted: how long it waited is not known<dim>'],
  )
})

test('sessions, most bytes first, and listeners; of one each it says one', (t) => {
  const tcp =
    (change: (view: ReturnType<typeof asTcp>) => Partial<ReturnType<typeof asTcp>>): Edit =>
    (message) =>
      message.type === 'sample' && message.probe === 'tcp'
        ? { ...message, data: tcpTables({ ...asTcp(message.data), ...change(asTcp(message.data)) }) }
        : message
  const section = (edit: Edit, width?: number): string => {
    const lines = page(edit, { width }).split('\n')
    return lines.slice(lines.findIndex((line) => line.startsWith('TCP'))).join('\n')
  }
  golden(
    t,
    'process/sessions',
    [
      section(
        tcp(({ sessions, listeners }) => ({
          sessions: [1, 3, 2, 3].map((times, i) => ({
            ...sessions[0]!,
            id: `${9 - i}`,
            localPort: 1000 + i,
            inBytes: times * 1000,
            outBytes: i === 0 ? null : 500,
            rttNs: i === 1 ? null : 1e6,
            closed: i === 2 ? 'reset' : null,
          })),
          listeners: [{ ...listeners[0]!, pid: 812, backlog: null }],
        })),
      ),
      section(
        tcp(({ sessions }) => ({ sessions: sessions.slice(0, 1) })),
        90,
      ),
      section(tcp(() => ({ sessions: [], listeners: [] }))),
    ].join('\n'),
  )
})

test('its own latency, and why there is none', (t) => {
  const none: Edit = (message) =>
    message.type === 'sample' && message.probe === 'block'
      ? { ...message, data: { ...message.data, target: undefined } }
      : sched(() => ({ target: undefined }))(message)
  t.regex(page(none), /not in this recording/)
  t.regex(page(none, { replay: false }), /from the next interval on/)
})

test('its sections stand side by side as far as the screen is wide: in one, two or three columns', (t) => {
  const columnsAt = (width: number, height: number): string[][] => {
    const screen = fakeScreen({ width, height, messages: fakeStream({ targetPid: 812, detail: true }) })
    screen.press('down', 'enter')
    const lines = screen.text().split('\n')
    const at = (title: string): number => lines.find((line) => line.includes(title))?.indexOf(title) ?? -1
    const titles = ['Where its time goes', 'Own latency', 'Blocked in', 'Block I/O', 'System calls ', 'TCP  ']
    const places = [...new Set(titles.map(at))].sort((a, b) => a - b)
    return places.map((place) => titles.filter((title) => at(title) === place).map((title) => title.trim()))
  }
  t.is(columnsAt(110, 90).length, 1)
  t.deepEqual(columnsAt(200, 60), [
    ['Where its time goes', 'Blocked in', 'Block I/O'],
    ['Own latency', 'System calls', 'TCP'],
  ])
  t.deepEqual(columnsAt(320, 90), [
    ['Where its time goes'],
    ['Own latency', 'Blocked in', 'Block I/O'],
    ['System calls', 'TCP'],
  ])
})
