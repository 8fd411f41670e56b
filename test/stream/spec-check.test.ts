// Specs of probes that describe themselves, as they may come from anywhere.
import test from 'ava'
import { decodeLine, encode } from '../../src/stream/codec.ts'
import { spec as check } from '../../src/stream/spec-check.ts'
import { tableOf } from '../../src/stream/spec.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { QUEUES, queueSample } from '../helpers/described.ts'

type Loose = { [key: string]: any }
const changed = (change: (spec: Loose) => void): unknown => {
  const copy = structuredClone(QUEUES) as Loose
  change(copy)
  return copy
}

test('a whole one passes, and comes through the stream as it was', (t) => {
  t.is(check(QUEUES), undefined)
  const message: Message = { type: 'probe', atMs: 1, spec: QUEUES }
  t.deepEqual(decodeLine(encode(message), 0), JSON.parse(JSON.stringify(message)))
  t.deepEqual(decodeLine(encode(queueSample(1)), 0), JSON.parse(JSON.stringify(queueSample(1))))
})

test('its options are flags, words, or numbers within bounds', (t) => {
  const options = ['detail', { id: 'mode', oneOf: ['a', 'b'] }, { id: 'mostNs', least: 0, most: 1e9 }]
  t.is(check(changed((spec) => (spec['options'] = options))), undefined)
})

const WRONG: [string, (spec: Loose) => void, RegExp][] = [
  ['a name that objects have', (spec) => (spec.id = '__proto__'), /^\.id is no name/],
  ['a table of such a name', (spec) => (spec.tables.constructor = []), /constructor is no name/],
  [
    'a column of no field',
    (spec) => (spec.panels[0].tabs[0].columns[2].value = { perSecond: 'gone' }),
    /refers to gone/,
  ],
  [
    'a figure of no total',
    (spec) => (spec.panels[0].tabs[0].figures[0].value = { value: 'procs.gone' }),
    /procs\.gone/,
  ],
  ['a key of no field', (spec) => (spec.panels[0].tabs[1].key = ['gone']), /refers to gone/],
  ['a tab of no table', (spec) => (spec.panels[0].tabs[1].table = 'gone'), /is of no table/],
  ['a sort by no column', (spec) => (spec.panels[0].tabs[1].sort.column = 'gone'), /sorted by no column/],
  [
    'an operator nobody knows',
    (spec) => (spec.panels[0].tabs[0].columns[0].value = { eval: 'pid' }),
    /not one operator/,
  ],
  ['two operators', (spec) => (spec.panels[0].tabs[0].columns[0].value = { value: 'pid', delta: 'pid' }), /not one/],
  ['a ratio of one', (spec) => (spec.panels[0].tabs[0].columns[0].value = { ratio: ['pid'] }), /no operand/],
  ['a percentile beyond all', (spec) => (spec.panels[0].tabs[0].columns[6].value.p = 200), /no percentage/],
  ['no tab', (spec) => (spec.panels[0].tabs = []), /has no tab/],
  ['a tab twice', (spec) => spec.panels[0].tabs.push(spec.panels[0].tabs[0]), /a tab twice/],
  ['a question without end', (spec) => (spec.panels[0].question = 'x'.repeat(5000)), /longer than/],
  ['words that move the cursor', (spec) => (spec.panels[0].title = 'a\u001b[2J'), /not to be seen/],
  [
    'more than anybody says',
    (spec) =>
      (spec.panels[0].tabs[0].columns = Array.from({ length: 64 }, (_, i) => ({
        ...spec.panels[0].tabs[0].columns[0],
        id: i === 2 ? 'sent' : `c${i}`,
        help: 'x'.repeat(990),
      }))) && (spec.panels[0].tabs = Array.from({ length: 8 }, (_, i) => ({ ...spec.panels[0].tabs[0], id: `t${i}` }))),
    /longer than 262144/,
  ],
  ['too many columns', (spec) => (spec.panels[0].tabs[0].columns = Array(100).fill({})), /more than 64/],
  ['an option of such a name', (spec) => (spec.options = ['constructor']), /^\.options\[0\] is no name/],
  ['an option that is one of nothing', (spec) => (spec.options = [{ id: 'mode', oneOf: 7 }]), /^\.options\[0\]\.oneOf/],
  ['an option without bounds', (spec) => (spec.options = [{ id: 'most', least: 0 }]), /^\.options\[0\]\.most/],
  ['powers nobody has', (spec) => (spec.panels[0].heatBits = [30, 10]), /powers of two/],
]
const WRONG_REFERENCE: typeof WRONG = [
  [
    'a roll-up by what the finer table has not',
    (spec) => (spec.rollups = [{ of: 'procs', from: 'queues', key: ['pid'] }]),
    /^\.rollups of procs refers to what is not there/,
  ],
  [
    'a roll-up by one field that is there and one that is not',
    (spec) => (spec.rollups = [{ of: 'procs', from: 'bounces', key: ['pid', 'gone'] }]),
    /^\.rollups of procs/,
  ],
  [
    'a roll-up whose rest is nowhere',
    (spec) => (spec.rollups = [{ of: 'procs', from: 'bounces', key: ['pid'], rest: { table: 'gone', label: 'x' } }]),
    /^\.rollups of procs/,
  ],
  ['a histogram of no field', (spec) => (spec.hists[0].parts = 'procs.gone'), /^\.hists delivery is made of what/],
  ['a histogram of no table', (spec) => (spec.hists[0].parts = 'gone.latency'), /^\.hists delivery/],
  ['names of no table', (spec) => (spec.tables.procs[0].names = 'gone'), /^\.tables procs pid names what is not there/],
  ['no column', (spec) => (spec.panels[0].tabs[1].columns = []), /queues has no column/],
  [
    'a column twice',
    (spec) => spec.panels[0].tabs[1].columns.push(spec.panels[0].tabs[1].columns[0]),
    /queues has a column twice/,
  ],
  ['a panel twice', (spec) => spec.panels.push(spec.panels[0]), /^\.panels has one twice/],
]
for (const [what, change, says] of WRONG_REFERENCE)
  test(`wrong: ${what}`, (t) => t.regex(check(changed(change)) ?? '', says))

test('what is referred to and there passes', (t) => {
  const right = [
    (spec: Loose) => (spec['rollups'] = [{ of: 'procs', from: 'bounces', key: ['pid'] }]),
    (spec: Loose) =>
      (spec['rollups'] = [{ of: 'procs', from: 'bounces', key: ['pid'], rest: { table: 'queues', label: 'x' } }]),
    (spec: Loose) => (spec['hists'][0].parts = 'procs.latency'),
    (spec: Loose) => (spec['tables'].procs[0].names = 'queues'),
    (spec: Loose) => (spec['panels'][0].tabs[0].figures[0].value = { value: 'delivery' }),
  ]
  for (const change of right) t.is(check(changed(change)), undefined, String(change))
})

test('an expression is one operator with its operands', (t) => {
  const wrong = (value: unknown) => check(changed((spec) => (spec['panels'][0].tabs[0].figures[0].value = value)))
  for (const value of [
    { value: 'refused' },
    { ratio: ['refused', 'procs.sent'] },
    { share: ['refused', 'procs.sent'] },
    { percentile: 'delivery', p: 100 },
    { percentile: 'delivery', p: 0.1 },
  ])
    t.is(wrong(value), undefined, JSON.stringify(value))
  for (const [value, says] of [
    [null, 'is no expression'],
    ['refused', 'is no expression'],
    [{}, 'is not one operator'],
    [{ p: 50 }, 'is not one operator'],
    [{ percentile: 'delivery', p: 0 }, '.p is no percentage'],
    [{ percentile: 'delivery', p: 101 }, '.p is no percentage'],
    [{ percentile: 'delivery' }, '.p is no percentage'],
    [{ value: ['refused'] }, '.value has no operand'],
    [{ value: 1 }, '.value has no operand'],
    [{ share: 'refused' }, '.share has no operand'],
    [{ ratio: ['refused', 1] }, '.ratio has no operand'],
    [{ value: 'x'.repeat(66) }, '.value has no operand'],
  ] as const)
    t.true(wrong(value)?.endsWith(says), `${JSON.stringify(value)}: ${wrong(value)}`)
})

for (const [what, change, says] of WRONG) test(`wrong: ${what}`, (t) => t.regex(check(changed(change)) ?? '', says))

test('a number that is none is not known', (t) => {
  t.deepEqual(tableOf(QUEUES.tables.queues, [{ queue: 'in', length: NaN, limit: null }]).rows, [['in', null, null]])
})

test('a heat map has a scale of its own length, upwards', (t) => {
  const wrong = (heatBits: unknown) => check(changed((spec) => (spec['panels'][0].heatBits = heatBits)))
  for (const heatBits of [
    [10, 36],
    [0, 1],
    [63, 64],
  ])
    t.is(wrong(heatBits), undefined)
  for (const heatBits of [[10, 10], [36, 10], [10], [10, 20, 30], [-1, 5], [60, 65], [1.5, 4], '12', {}])
    t.is(typeof wrong(heatBits), 'string', String(heatBits))
})
