// Tables in which nothing is known but whose each row is: every page has words for that, or a dash, or nothing.
import test from 'ava'
import type { TablesData } from '../../src/stream/tables.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { fakeStream } from '../helpers/stream.ts'

const TICKS = 20
/** What tells rows apart. */
const KNOWN = new Set([
  'id',
  'pid',
  'comm',
  'dev',
  'name',
  'op',
  'kind',
  'call',
  'state',
  'local',
  'localPort',
  'remote',
  'remotePort',
])
const PROBES = new Set(['block', 'tcp', 'syscalls', 'execsnoop'])

const blank = ({ tables, ...rest }: TablesData): TablesData => ({
  ...rest,
  tables: Object.fromEntries(
    Object.entries(tables).map(([id, { columns, rows, ...table }]) => [
      id,
      { ...table, columns, rows: rows.map((row) => row.map((cell, at) => (KNOWN.has(columns[at]!) ? cell : null))) },
    ]),
  ),
})

const messages = fakeStream({ ticks: TICKS, detail: true, exec: true, targetPid: 812 }).map((message) =>
  message.type === 'sample' && PROBES.has(message.probe)
    ? ({ ...message, data: blank(message.data as TablesData) } as Message)
    : message,
)

const WAYS = [
  '',
  '3',
  '3 m',
  '4',
  '4 m',
  '4 m m',
  '4 m m m',
  '5',
  '5 m',
  '6',
  '!',
  'down enter',
  '3 down d',
  '4 down d',
]

test('no page makes a number of what is not known', (t) => {
  const pictures = WAYS.map((way) => {
    const screen = fakeScreen({ ticks: TICKS, messages, width: 160, height: 60 })
    screen.press(...way.split(' ').filter((key) => key !== ''))
    const text = screen.picture()
    t.deepEqual(
      text.split('\n').filter((line) => /NaN|undefined|null|Infinity/.test(line)),
      [],
      way,
    )
    const body = text
      .split('\n')
      .slice(2, -1)
      .map((line) => line.trimEnd())
    return [`after ${way || 'nothing'}:`, ...body.filter((line) => !/^[│ ]*$/.test(line))].join('\n')
  })
  golden(t, 'blanks', pictures.join('\n'))
})
