// The dialects of bpftrace 0.17, 0.23 and 0.27, on their real output (test/fixtures/bpftrace) and on single lines.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { createParser, olderThan, parseVersion } from '../../../src/engine/bpftrace/parse.ts'
import type { BpftraceMessage, Version } from '../../../src/engine/bpftrace/parse.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures/bpftrace')
const V17: Version = [0, 17]
const V23: Version = [0, 23]
const V27: Version = [0, 27]

const parseAll = (text: string, version: Version): BpftraceMessage[] => {
  const parser = createParser(version)
  return text.split('\n').flatMap((line) => parser.parse(line) ?? [])
}
const fixture = (name: string): BpftraceMessage[] =>
  parseAll(readFileSync(join(FIXTURES, name), 'utf8'), [0, Number(/\.0(\d+)\./.exec(name)![1])])

for (const name of readdirSync(FIXTURES).filter((file) => file.endsWith('.jsonl'))) {
  test(`every line of ${name} is understood`, (t) => {
    const messages = fixture(name)
    t.is(messages[0]?.type, 'attached')
    t.deepEqual(
      messages.filter((message) => message.type === 'text'),
      [],
    )
  })
}

const one = (line: string, version: Version): BpftraceMessage | undefined => createParser(version).parse(line)

/** A message of the nasty script by the name of its map; the last one, as @lin is printed twice. */
const nasty = (version: string, name: string) =>
  fixture(`nasty.${version}.jsonl`).findLast(
    (message) => 'name' in message && message.name === name && !isEmpty(message),
  )
const isEmpty = (message: BpftraceMessage): boolean => 'entries' in message && message.entries?.length === 0

const testAlike = (t: ExecutionContext, version: string): void => {
  t.deepEqual((nasty(version, '@accent') as { entries: unknown }).entries, [['café', 4]])
  t.deepEqual((nasty(version, '@st') as { entries: [string, { entries: unknown }][] }).entries[0]![1].entries, [
    ['count', 20],
    ['average', 10],
    ['total', 200],
  ])
  t.like(nasty(version, '@av'), { type: 'stats', value: 3 })
  t.like(nasty(version, '@big'), { value: 9007199254740993n })
  t.deepEqual((nasty(version, '@neg') as { buckets: unknown }).buckets, [{ max: -1, count: 1 }])
  const prints = fixture(`nasty.${version}.jsonl`).filter((message) => message.type === 'print')
  t.regex(prints[0]!.text, /^café\t100%\n$/)
  const values = fixture(`nasty.${version}.jsonl`).filter((message) => message.type === 'value')
  t.deepEqual(values, [{ type: 'value', value: [1, 'a,b', -2] }])
}
for (const version of ['017', '023', '027'])
  test(`names, numbers and statistics are right in ${version}`, testAlike, version)

const LIN = [
  { max: -1, count: 20 },
  { min: 0, max: 9, count: 0 },
  { min: 10, max: 19, count: 21 },
  { min: 20, count: 20 },
]
const testHist = (t: ExecutionContext, version: string): void =>
  void t.deepEqual(nasty(version, '@lin'), { type: 'hist', name: '@lin', buckets: LIN })
test('histogram of 0.17', testHist, '017')
test('histogram of 0.23', testHist, '023')
test('histogram of 0.27 after an escape: counts are hexadecimal from there on', testHist, '027')

test('before the first escape counts are decimal in 0.27 too', (t) =>
  t.like(fixture('nasty.027.jsonl')[1], {
    type: 'hist',
    buckets: [{ count: 20 }, { count: 0 }, { count: 21 }, { count: 20 }],
  }))

test('within a line counts left of the escape are decimal, right of it hexadecimal', (t) => {
  const line = '{"type": "hist", "data": {"@": {"a": [{"min": 1, "count": 11}],"\\u001b": [{"min": 2, "count": 2b}]}}}'
  t.deepEqual((one(line, V27) as { entries: unknown }).entries, [
    ['a', [{ min: 1, count: 11 }]],
    ['\u001b', [{ min: 2, count: 0x2b }]],
  ])
})

test('an escape in a line that was dropped counts as well; before 0.24 none does', (t) => {
  for (const [version, count] of [
    [V27, 0x11],
    [V23, 11],
  ] as const) {
    const parser = createParser(version)
    parser.skip('{"type": "printf", "data": "\\u0007"}')
    t.like(parser.parse('{"type": "hist", "data": {"@": [{"min": 1, "max": 1, "count": 11}]}}'), {
      buckets: [{ count }],
    })
    t.like(parser.parse('{"type": "lost_events", "data": {"events": 11}}'), { type: 'lost', events: count })
    t.like(parser.parse('{"type": "map", "data": {"count": 11}}'), { value: 11 })
  }
})

test('keys that repeat are all kept', (t) => {
  t.deepEqual((nasty('017', '@two') as { entries: unknown }).entries, [
    ['a,b,c', 1],
    ['a,b,c', 2],
  ])
  t.deepEqual((nasty('027', '@two') as { entries: unknown }).entries, [
    ['a,b,c', 2],
    ['a,b,c', 1],
  ])
})

test('0.23 escapes keys twice, the others once', (t) => {
  t.deepEqual((nasty('017', '@quote') as { entries: unknown }).entries, [['say "hi"\n', 3]])
  t.deepEqual((nasty('023', '@quote') as { entries: unknown }).entries, [['say "hi"\n', 3]])
  t.deepEqual((nasty('027', '@quote') as { entries: unknown }).entries, [['say"hi"\n', 3]])
  const stack = one('{"type": "hist", "data": {"@": {"\\\\n        f+1\\\\n": []}}}', V23)
  t.deepEqual((stack as { entries: unknown }).entries, [['\n        f+1\n', []]])
})

test('0.17 prints all from 2^31 on as one bucket with overflown bounds', (t) => {
  t.like(nasty('017', '@log'), { buckets: [{ min: 2 ** 31, count: 1 }] })
  t.like(nasty('023', '@log'), { buckets: [{ min: 2 ** 32, max: 2 ** 33 - 1, count: 1 }] })
})

test('bytes that are no UTF-8 become replacement characters, half a name included', (t) => {
  t.like(one('{"type": "printf", "data": "caf\\uffffffc3"}', V17), { text: 'caf\ufffd' })
  t.like(one('{"type": "printf", "data": "\\uffffffff\\uffffff80x"}', V27), { text: '\ufffd\ufffdx' })
  t.like(one('{"type": "printf", "data": "\\uffff0041"}', V27), { text: '\uffff0041' })
})

const testText = (t: ExecutionContext, line: string): void =>
  void t.deepEqual(one(line, V17), { type: 'text', text: line })
for (const line of [
  'No probes to attach',
  '{"type": "printf", "data": "torn',
  '{"type": "printf"}',
  '{"type": "map", "data": {}}',
  '[1]',
  '{"type": "from the future", "data": 1}',
  '{',
  '{"a" 1}',
  '{"a": }',
  '"',
  '{} x',
]) {
  test(`kept as text: ${line}`, testText, line)
}

test('bare words are text: a time of day in a map of 0.17', (t) =>
  t.deepEqual(one('{"type": "map", "data": {"@st": 18:51:24}}', V17), { type: 'map', name: '@st', value: '18:51:24' }))

test('the other messages', (t) => {
  t.deepEqual(one('{"type": "attached_probes", "count": 2, "data": {"probes": 2}}', V27), {
    type: 'attached',
    probes: 2,
  })
  t.deepEqual(one('{"type": "join", "data": "/bin/echo a b"}', V17), {
    type: 'print',
    by: 'join',
    text: '/bin/echo a b',
  })
  t.deepEqual(one('{"type": "time", "data": "18:46:03 "}', V17), { type: 'print', by: 'time', text: '18:46:03 ' })
  t.deepEqual(one('{"type": "lost_events", "count": 7, "data": {"events": 7}}', V27), { type: 'lost', events: 7 })
  t.deepEqual(
    one(
      '{"type": "helper_error", "msg": "no room", "helper": "map_update_elem", "retcode": -7, "line": 47, "col": 2}',
      V23,
    ),
    { type: 'helper error', helper: 'map_update_elem', code: -7, line: 47, text: 'no room' },
  )
  t.is(one('', V17), undefined)
})

test('versions', (t) => {
  t.deepEqual(parseVersion('bpftrace v0.17.0\n'), [0, 17])
  t.deepEqual(parseVersion('bpftrace v0.23.2-dirty'), [0, 23])
  t.deepEqual(parseVersion('bpftrace 1.0'), [1, 0])
  t.is(parseVersion('command not found'), undefined)
  t.true(olderThan([0, 9], V17) && olderThan(V27, [1, 0]) && !olderThan(V17, V17) && !olderThan([1, 0], V17))
})

test('kept as text: nested without end', (t) => {
  for (const line of ['['.repeat(200_000), '{"a":'.repeat(100_000), `${'['.repeat(500)}1${']'.repeat(500)}`])
    t.deepEqual(createParser([0, 27]).parse(line), { type: 'text', text: line })
})
