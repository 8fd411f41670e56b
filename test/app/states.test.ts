// How a panel says how it is, in words and colours: each status, each tier, losses, and the header above them.
import test from 'ava'
import { viewIn } from '../../src/app/state.ts'
import { tableOf } from '../../src/app/table/rows.ts'
import { frameText } from '../../src/app/text.ts'
import { GROUPINGS } from '../../src/app/grouped.ts'
import { NAMINGS } from '../../src/app/named.ts'
import type { Tier } from '../../src/stream/cost-message.ts'
import type { Message, ProbeStatus, Sample } from '../../src/stream/stream-types.ts'
import { golden } from '../helpers/golden.ts'
import { rolesText } from '../helpers/planes.ts'
import { fakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { endMs, fakeStream } from '../helpers/stream.ts'
import { wordless } from '../helpers/wordless.ts'

const TICKS = 20
const END = endMs({ ticks: TICKS })

type Change = (sample: Sample) => object | undefined

/** Of block I/O in the last intervals. */
const messagesWith = (change: Change, from = 15): Message[] =>
  fakeStream({ ticks: TICKS }).flatMap((message): Message[] => {
    if (message.type !== 'sample' || message.probe !== 'block' || message.atMs <= endMs({ ticks: from }))
      return [message]
    const changed = change(message as Sample)
    return changed ? [{ ...message, ...changed } as Message] : []
  })

const picture = (name: string, messages: readonly Message[], options: ScreenOptions = {}): void => {
  test(name, (t) => {
    const screen = fakeScreen({ ticks: TICKS, width: 100, height: 24, messages, ...options })
    const parts = ['', '3'].map((key) => {
      if (key) screen.press(key)
      const { grid } = screen.drawn()
      return `${frameText(grid)}\n${rolesText(grid)}`
    })
    // all of a page that has sections of several probes
    screen.act({ do: 'enterProcess', pid: 812, comm: 'postgres' })
    screen.act({ do: 'resize', width: 120, height: 60 })
    const { grid } = wordless({ ...screen, context: { ...screen.context, width: 120, height: 60 } })
    parts.push(`${frameText(grid)}\n${rolesText(grid)}`)
    golden(t, `states/${name}`, parts.join('\n\n'))
  })
}

const status = (name: string, is: ProbeStatus, atMs = END, options: ScreenOptions = {}): void =>
  picture(name, [...messagesWith(() => undefined), { type: 'status', atMs, probe: 'block', status: is }], options)

const why = 'probes took 9 % of 2 CPUs'
const tier = (change: Partial<Tier>): object => ({ tier: { is: 'counted', why, hint: 'b', retryMs: 0, ...change } })

status('failed', { is: 'failed', why: 'no such hook', hint: 'Run as root', retryMs: 4000 }, endMs({ ticks: 18 }))
status('failed-for-good', { is: 'failed', why: 'no such hook', hint: 'Run as root', excerpt: ['k:a { x', '      ^'] })
status('unsupported', { is: 'unsupported', why: 'no BTF', hint: 'another kernel' })
status('shed', { is: 'shed', why, hint: 'b', retryMs: 60_000 })
status('off', { is: 'off' }, END, { initial: { replay: true } })
status('starting', { is: 'starting' })
status('starting-again', { is: 'starting', again: { why: 'no such hook', attempt: 2, of: 6 } })
status('stale', { is: 'live' }, endMs({ ticks: 1 }))
status('came-back', { is: 'live' })
picture(
  'lost-much',
  messagesWith(() => ({ lost: 5000 })),
)
picture(
  'lost-little',
  messagesWith(() => ({ lost: 2 })),
)
picture(
  'counted',
  messagesWith(() => tier({})),
)
picture(
  'counted-until',
  messagesWith(() => tier({ retryMs: 30_000, fullPercent: 12 })),
)
picture(
  'sampled',
  messagesWith(() => tier({ is: 'sampled', observed: 0.2, windows: 10, error: 0.034, retryMs: 9000 })),
)
picture(
  'sampled-instants',
  messagesWith(() => tier({ is: 'sampled', windows: 1 })),
)
picture(
  'less-detail',
  messagesWith(() => ({ shed: { why, hint: 'b', retryMs: 8000 } })),
)
picture('silent', fakeStream({ ticks: TICKS - 8 }))
picture('narrowed', fakeStream({ ticks: TICKS }), {
  initial: {
    only: [
      { is: 'comm', comm: 'a-name-that-is-rather-long-for-a-header' },
      { is: 'cgroup', path: '/a/b' },
    ],
  },
})
picture('recording', fakeStream({ ticks: TICKS }), { initial: { replay: true, player: true } })

test('rows added up and named in each way', (t) => {
  const screen = fakeScreen({ ticks: TICKS, targetPid: 812 })
  const cell = (value: unknown): string =>
    typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value ?? '-')
  const told = (id: string): string => {
    const { columns, rows, total, sort, grouping, hidden } = tableOf(
      screen.state,
      viewIn(screen.state, screen.store),
      id,
      true,
    )
    return [
      `${id} ${grouping} of ${total}, ${hidden} hidden, by ${sort.column}: ${columns.map(({ title }) => title).join(' ')}`,
      ...rows.map(
        ({ key, cells, about, role, pid, comm }) =>
          `  ${key} ${cells.map(cell).join(' | ')} ${JSON.stringify({ about, role, pid, comm })}`,
      ),
    ].join('\n')
  }
  const texts: string[] = []
  for (const grouping of GROUPINGS) {
    screen.state = { ...screen.state, ...(grouping === 'each' ? { grouping: undefined } : { grouping }) }
    texts.push(...['runq', 'block', 'tcp'].map(told))
  }
  screen.state = { ...screen.state, grouping: undefined }
  for (const naming of NAMINGS) {
    screen.state = { ...screen.state, ...(naming === 'name' ? { naming: undefined } : { naming }) }
    texts.push(told('runq'))
  }
  golden(t, 'states/tables', texts.join('\n'))
})
