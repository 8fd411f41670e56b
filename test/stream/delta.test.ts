// What goes through the encoder and comes out of the decoder is what was given, and what stays the same is not sent.
import test from 'ava'
import { createDecoder } from '../../src/stream/codec.ts'
import { createEncoder, createExpander, PIPED_KEY_EVERY, RECORDED_KEY_EVERY } from '../../src/stream/delta.ts'
import type { TableCell } from '../../src/stream/tables.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { fakeStream, randomFrom } from '../helpers/stream.ts'

const host = (atMs: number): Message => ({ type: 'host', atMs, intervalMs: 1000, uptimeS: 1, load: [0, 0, 0] })
const sample = (atMs: number, rows: TableCell[][], columns = ['id', 'name']): Message =>
  ({
    type: 'sample',
    probe: 'queue',
    atMs,
    intervalMs: 1000,
    lost: 0,
    data: { tables: { items: { columns, rows } }, hists: {}, totals: { n: rows.length } },
  }) as unknown as Message

const decoded = (lines: readonly string[]): Message[] => {
  const messages: Message[] = []
  const decoder = createDecoder((message) => messages.push(message))
  for (const line of lines) decoder.push(Buffer.from(line))
  return messages
}

const plain = (message: Message): unknown => {
  const copy = structuredClone(message) as { key?: true; data?: { tables?: { items?: { rows: TableCell[][] } } } }
  delete copy.key
  return copy
}

const rowsFrom = (from: number, to: number): TableCell[][] =>
  Array.from({ length: to - from }, (_, i) => [from + i, `name "${from + i}\\ é\u202e`])

test('rows that stay, go, come and change, the same ones and equal ones, in any order', (t) => {
  const random = randomFrom(7)
  const encode = createEncoder(16)
  const messages: Message[] = []
  let rows = rowsFrom(0, 60)
  for (let tick = 1; tick <= 60; tick++) {
    messages.push(host(tick * 1000), sample(tick * 1000, rows))
    rows = rows
      .filter(() => random() > 0.1)
      .map((row) => (random() < 0.2 ? [...row] : random() < 0.1 ? [row[0]!, `changed ${tick}`] : row))
      .concat(random() < 0.3 ? rowsFrom(tick * 100, tick * 100 + 9) : [])
    if (random() < 0.2) rows.reverse()
    if (random() < 0.1) rows.push(rows[0]!, [...rows[0]!])
  }
  t.deepEqual(decoded(messages.map(encode)).map(plain), messages.map(plain))
})

test('a table that stays costs next to nothing, and is the very same', (t) => {
  const encode = createEncoder(512)
  const rows = rowsFrom(0, 10_000)
  const lines = [1, 2, 3].flatMap((tick) => [encode(host(tick * 1000)), encode(sample(tick * 1000, rows.slice()))])
  t.true(lines[1]!.length > 200_000)
  t.true(lines[3]!.length < 300 && lines[5]!.length < 300)
  const messages = decoded(lines) as unknown as { data: { tables: { items: { rows: TableCell[][] } } } }[]
  t.is(messages[5]!.data.tables.items.rows, messages[3]!.data.tables.items.rows)
  t.deepEqual(messages[5]!.data.tables.items.rows, rows)
})

test('a table of which no row ever stays is whole, and rows that stay again are not sent again', (t) => {
  const encode = createEncoder(512)
  const moving = (tick: number): TableCell[][] =>
    rowsFrom(0, 50).map(([id, name]) => [id! as number, `${name} ${tick}`])
  const ticks = Array.from({ length: 9 }, (_, i) => i + 1)
  const messages = ticks.flatMap((tick) => [host(tick * 1000), sample(tick * 1000, moving(tick))])
  const lines = messages.map(encode)
  t.deepEqual(decoded(lines).map(plain), messages.map(plain))
  t.true(lines.every((line) => !line.includes('"base"')))
  const again = encode(sample(10_000, moving(9)))
  t.true(again.includes('"base"') && again.length < 300)
})

test('a longer row, or a number that reads like a text, is another', (t) => {
  const encode = createEncoder(512)
  const rows = rowsFrom(0, 20)
  encode(sample(1, rows))
  const changed = rows.with(3, ['3', rows[3]![1]!])
  t.deepEqual(keptIn(encode(sample(2, changed))), [0, 3, -1, 1, 4, 16])
})

test('other columns, few rows and none are sent whole', (t) => {
  const messages = [
    sample(1, rowsFrom(0, 20)),
    sample(2, rowsFrom(0, 20), ['id', 'title']),
    sample(3, rowsFrom(0, 3), ['id', 'title']),
    sample(4, []),
    sample(5, rowsFrom(0, 20)),
    sample(6, rowsFrom(0, 20)),
  ]
  const encode = createEncoder(512)
  for (const atMs of [0, 1]) encode(host(atMs))
  const lines = messages.map(encode)
  t.deepEqual(
    lines.map((line) => 'base' in JSON.parse(line)),
    [false, false, false, false, false, true],
  )
  t.deepEqual(decoded(lines).map(plain), messages.map(plain))
})

test('whole samples come at marked intervals: a stream can be entered there', (t) => {
  const encode = createEncoder(4)
  const lines = Array.from({ length: 10 }, (_, i) => [encode(host(i)), encode(sample(i, rowsFrom(0, 20)))])
  t.deepEqual(
    lines.map(([line]) => JSON.parse(line!).key === true),
    lines.map((_, i) => i % 4 === 0),
  )
  for (const from of [0, 4, 8])
    t.deepEqual(
      decoded(lines.slice(from).flat()).filter(({ type }) => type === 'log'),
      [],
    )
})

test('a lost line is said, and what builds on it is not made up', (t) => {
  const encode = createEncoder(3)
  const lines = Array.from({ length: 6 }, (_, i) => [encode(host(i)), encode(sample(i, rowsFrom(i, 20 + i)))])
  const messages = decoded([...lines[0]!, lines[1]![0]!, ...lines.slice(2).flat()])
  const logs = messages.flatMap((message) => (message.type === 'log' ? [message.text] : []))
  t.deepEqual(logs, ['unreadable line skipped: a sample of queue builds on one that is not there'])
  t.deepEqual(
    messages.flatMap((message) => (message.type === 'sample' ? [message.atMs] : [])),
    [0, 3, 4, 5],
  )
})

test('what is not there cannot be kept', (t) => {
  const first = JSON.parse(createEncoder(1)(sample(1, rowsFrom(0, 20))))
  const next = (kept: unknown, id = 'items') => ({
    ...first,
    atMs: 2,
    base: 1,
    data: { ...first.data, tables: { [id]: { columns: ['id', 'name'], kept, rows: [] } } },
  })
  for (const wrong of [
    next([0, 21]),
    next([5, 2, 6, 1]),
    next([-2, 2]),
    next([0, 5, -1, 1]),
    next([-1, 0]),
    next([0.5, 1]),
    next([0]),
    next([1, 0]),
    next('all'),
    next([0, 1], 'toString'),
    next([0, 1], 'others'),
  ]) {
    const messages = decoded([first, wrong].map((each) => `${JSON.stringify(each)}\n`))
    t.deepEqual(
      messages.map(({ type }) => type),
      ['sample', 'log'],
    )
    t.regex(
      (messages[1] as { text: string }).text,
      /^unreadable line skipped: (a sample of queue keeps rows|sample\.data\.tables)/,
    )
  }
})

test('other messages are as they were', (t) => {
  const messages = fakeStream({ ticks: 3, exec: true, cost: true })
  t.deepEqual(decoded(messages.map(createEncoder(8))).map(plain), JSON.parse(JSON.stringify(messages)).map(plain))
})

const keptIn = (line: string): unknown => JSON.parse(line).data.tables.items.kept
const baseIn = (line: string): unknown => JSON.parse(line).base

test('which rows stay, said in runs', (t) => {
  const encode = createEncoder(512)
  const rows = rowsFrom(0, 200)
  const added = rowsFrom(300, 302)
  const given: [rows: TableCell[][], kept: unknown][] = [
    [rows, undefined],
    [rows, [0, 200]],
    // farther on than one looks first
    [rows.slice(100), [100, 100]],
    [
      [added[0]!, ...rows.slice(100), added[1]!],
      [-1, 1, 0, 100, -1, 1],
    ],
    [
      [added[0]!, ...rows.slice(100), added[1]!],
      [0, 102],
    ],
    [
      [added[0]!, ...rows.slice(100, 105), ...rows.slice(106), added[1]!],
      [0, 6, 7, 95],
    ],
    // equal, farther on, after one that nobody knows
    [
      [[999, 'x'], ...rows.slice(106).map((row) => [...row]), added[1]!],
      [-1, 1, 6, 95],
    ],
    [
      [added[0]!, ...rows.slice(100, 105), ...rows.slice(106), added[1]!],
      [-1, 6, 1, 95],
    ],
    // what has changed its place is new
    [
      [...rows.slice(106), added[0]!, added[1]!],
      [6, 94, -1, 1, 100, 1],
    ],
    [
      [...rows.slice(110, 150), ...rows.slice(110, 120)],
      [4, 40, -1, 10],
    ],
  ]
  const lines = given.map(([each], i) => encode(sample(i, each)))
  t.deepEqual(
    lines.map(keptIn),
    given.map(([, kept]) => kept),
  )
  t.deepEqual(
    decoded(lines).map(plain),
    given.map(([each], i) => plain(sample(i, each))),
  )
})

test('from sixteen rows on, and those of a table that had fewer are not there to be kept', (t) => {
  const encode = createEncoder(512)
  const counts = [15, 15, 16, 16, 15, 16]
  const lines = counts.map((count, i) => encode(sample(i, rowsFrom(0, count))))
  t.deepEqual(lines.map(baseIn), [undefined, undefined, undefined, 2, undefined, undefined])
  t.true(decoded(lines).every(({ type }) => type === 'sample'))
})

test('of two tables one may stay while the other is small, or new', (t) => {
  const two = (atMs: number, items: TableCell[][], more: TableCell[][]): Message => {
    const message = sample(atMs, items) as unknown as { data: { tables: Record<string, object> } }
    message.data.tables['more'] = { columns: ['n'], rows: more }
    return message as unknown as Message
  }
  const messages = [
    two(1, rowsFrom(0, 20), [[1]]),
    two(2, rowsFrom(0, 20), [[2]]),
    two(3, rowsFrom(50, 70), [[2]]),
    two(
      4,
      rowsFrom(50, 70),
      rowsFrom(0, 20).map(([id]) => [id!]),
    ),
  ]
  const lines = messages.map(createEncoder(512))
  t.deepEqual(lines.map(baseIn), [undefined, 1, undefined, 3])
  t.deepEqual(decoded(lines).map(plain), messages.map(plain))
})

test('after very much text all is whole again', (t) => {
  const encode = createEncoder(512)
  const rows = (bytes: number): TableCell[][] => rowsFrom(0, 16).map(([id]) => [id!, 'x'.repeat(bytes)])
  const [much, less] = [rows(2 ** 20), rows(2 ** 19)]
  encode(sample(1, much))
  t.is(baseIn(encode(sample(2, much))), undefined)
  encode(sample(3, less))
  t.is(baseIn(encode(sample(4, less))), 3)
})

test('a reader wants something whole after very much, and begins anew with each stream', (t) => {
  const most = 32 * 2 ** 20
  const whole = (): Message => structuredClone(sample(1, rowsFrom(0, 20)))
  const next = (base: number, atMs: number, probe = 'queue'): Message =>
    ({
      ...whole(),
      probe,
      atMs,
      base,
      data: { tables: { items: { columns: ['id', 'name'], kept: [0, 20], rows: [] } } },
    }) as never
  const says = (given: readonly (readonly [Message, bytes: number])[]): unknown => {
    const expand = createExpander()
    return given
      .map(([message, bytes]) => expand(message, bytes))
      .map((said) => (typeof said === 'string' ? said : said.type))
      .at(-1)
  }
  t.is(
    says([
      [whole(), most - 10],
      [next(1, 2), 10],
    ]),
    'sample',
  )
  t.is(
    says([
      [whole(), most - 10],
      [next(1, 2), 11],
    ]),
    'samples of queue are never whole',
  )
  t.is(
    says([
      [whole(), 10],
      [next(1, 2), most - 20],
      [next(2, 3), 11],
    ]),
    'samples of queue are never whole',
  )
  t.is(says([[whole(), most + 1]]), 'sample')
  const hello = { type: 'hello' } as unknown as Message
  t.is(
    says([
      [whole(), 1],
      [hello, 1],
      [next(1, 2), 1],
    ]),
    'a sample of queue builds on one that is not there',
  )
  const others = (count: number) =>
    Array.from({ length: count }, (_, i) => [{ ...whole(), probe: `p${i}` } as unknown as Message, 1] as const)
  t.is(says([[whole(), 1], ...others(127), [whole(), 1], [next(1, 2), 1]]), 'sample')
  t.is(says([[whole(), 1], ...others(127), [next(1, 2), 1]]), 'sample')
  t.is(says([[whole(), 1], ...others(128), [next(1, 2), 1]]), 'a sample of queue builds on one that is not there')
})

test('a recording can be entered after 63 intervals at most, where every second marked one is one of the next size', (t) => {
  t.is(RECORDED_KEY_EVERY, 64)
  t.is(PIPED_KEY_EVERY % RECORDED_KEY_EVERY, 0)
})
