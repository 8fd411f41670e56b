// Plans of scripts as they may come from anywhere: each part up to its bound, and not beyond it.
import test from 'ava'
import { decodeCommand } from '../../src/stream/commands.ts'
import { scriptPlan, type ScriptPlan } from '../../src/stream/script.ts'

const MAP = { name: '@n', does: 'count', keys: [], unit: 'count', worth: 1 } as const
const PLAN: ScriptPlan = {
  id: 'opens',
  title: 'opens',
  question: 'Who opens what?',
  howToRead: 'Read once an interval.',
  text: 'k:a { @n = count(); }',
  args: [],
  maps: [MAP],
  lines: [],
  columns: [],
  said: [],
  prints: false,
  hooks: ['k:a'],
  hookless: 0,
}
type Loose = { [part: string]: unknown }
const says = (change: Loose): string => scriptPlan({ ...PLAN, ...change }) ?? 'fits'
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))
const long = (length: number): string => 'x'.repeat(length)
const mapWith = (change: Loose): Loose => ({ maps: [{ ...MAP, ...change }] })
const key = (at: number) => ({ title: `k${at}`, is: 'int' })
const column = (change: Loose): Loose => ({ columns: [{ title: 'a', is: 'number', ...change }] })
const part = (change: Loose): Loose => ({ lines: [[{ is: 'text', ...change }]] })

test('what fits, up to its bound', (t) => {
  const fit: Loose[] = [
    {},
    { title: long(40), question: long(1000), howToRead: long(1000), sort: long(40), tool: 'biotop', isTable: true },
    { text: long(24_576) },
    { args: many(16, () => long(500)), hooks: many(64, () => long(500)), said: many(32, () => long(500)) },
    { version: [0, 20] },
    { version: [1, 0] },
    { maps: many(12, (at) => ({ ...MAP, name: `@m${at}` })) },
    mapWith({ name: `@${long(63)}`, keys: many(8, key), worth: 0.001, printed: true, cleared: false }),
    mapWith({ name: '@', keys: [{ title: 'a', is: 'text', dim: 'comm' }] }),
    { lines: many(24, () => many(32, () => ({ is: 'word', pad: 999, word: long(500) }))) },
    { columns: many(24, () => ({ title: long(40), is: 'text', dim: 'pid', unit: 'ns', worth: 1e6 })) },
  ]
  for (const change of fit) t.is(says(change), 'fits', JSON.stringify(change).slice(0, 60))
})

const WRONG: readonly (readonly [Loose, string])[] = [
  [{ id: 'A b' }, '.id is no name'],
  [{ title: long(41) }, '.title is longer than 40'],
  [{ title: 'a\u0007' }, '.title has characters that are not to be seen'],
  [{ question: long(1001) }, '.question is longer than 1000'],
  [{ howToRead: long(1001) }, '.howToRead is longer than 1000'],
  [{ text: long(24_577) }, '.text is longer than 24576 bytes'],
  [{ text: 'é'.repeat(12_289) }, '.text is longer than 24576 bytes'],
  [{ text: 1 }, '.text is not text'],
  [{ text: 'a\0' }, '.text has a zero byte'],
  [{ args: ['a', 'b\0'] }, '.text has a zero byte'],
  [{ args: many(17, () => '') }, '.args has more than 16'],
  [{ args: [long(501)] }, '.args[0] is longer than 500'],
  [{ tool: 'No' }, '.tool is no name'],
  [{ version: [0] }, '.version is no version'],
  [{ version: [0, 1, 2] }, '.version is no version'],
  [{ version: [0, -1] }, '.version is no version'],
  [{ version: [0.5, 1] }, '.version is no version'],
  [{ version: '0.20' }, '.version is no version'],
  [{ maps: many(13, (at) => ({ ...MAP, name: `@m${at}` })) }, '.maps has more than 12'],
  [{ maps: [MAP, MAP] }, '.maps has one twice'],
  [mapWith({ name: 'n' }), '.maps[0].name is no name of a map'],
  [mapWith({ name: 1 }), '.maps[0].name is not text'],
  [mapWith({ name: `@${long(64)}` }), '.maps[0].name is no name of a map'],
  [mapWith({ worth: 0 }), '.maps[0].worth is not above 0'],
  [mapWith({ worth: '1' }), '.maps[0].worth is not a number'],
  [mapWith({ keys: many(9, key) }), '.maps[0].keys has more than 8'],
  [mapWith({ keys: [{ title: 'a', is: 'int', dim: 'moon' }] }), '.maps[0].keys[0].dim is none of'],
  [mapWith({ unit: 'text' }), '.maps[0].unit is none of'],
  [{ lines: many(25, () => []) }, '.lines has more than 24'],
  [{ lines: [many(33, () => ({ is: 'text' }))] }, '.lines[0] has more than 32'],
  [part({ pad: 1000 }), '.lines[0][0].pad is no width'],
  [part({ pad: 1.5 }), '.lines[0][0].pad is no width'],
  [part({ word: long(501) }), '.lines[0][0].word is longer than 500'],
  [{ columns: many(25, () => ({ title: 'a', is: 'text' })) }, '.columns has more than 24'],
  [column({ title: long(41) }), '.columns[0].title is longer than 40'],
  [column({ worth: -1 }), '.columns[0].worth is not above 0'],
  [{ said: many(33, () => '') }, '.said has more than 32'],
  [{ hooks: many(65, () => '') }, '.hooks has more than 64'],
  [{ hookless: '0' }, '.hookless is not a number'],
  [{ prints: 0 }, '.prints is not true or false'],
  [{ sort: long(41) }, '.sort is longer than 40'],
]
for (const [change, why] of WRONG)
  test(`wrong: ${JSON.stringify(change).slice(0, 50)} ${why}`, (t) =>
    t.true(says(change).startsWith(why), says(change)))

test('as a command it is taken only where it fits', (t) => {
  const command = (plan: unknown) => decodeCommand(JSON.stringify({ cmd: 'script', plan }), () => [])
  t.deepEqual(command(PLAN), { cmd: 'script', plan: PLAN })
  t.is(command({ ...PLAN, hookless: '0' }), undefined)
  t.is(command(null), undefined)
})
