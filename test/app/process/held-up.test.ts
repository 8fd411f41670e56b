// What holds a process up: each of its threads that waits for something, with the chain it hangs on.
import test from 'ava'
import { viewOf } from '../../../src/model/view.ts'
import { waitLines } from '../../../src/app/process/held-up.ts'
import { WAITS } from '../../../src/engine/probes/waits/spec.ts'
import { storeWith } from '../../helpers/spec-store.ts'
import { textsOf } from '../../helpers/line-texts.ts'

const chain = (tid: number, more: object = {}) => ({
  ...{ pid: 7, tid, thread: `t${tid}`, class: 'lock', sinceNs: 7e9, chain: 'futex of 9', closed: 0 },
  ...more,
})

const linesOf = (rows: ReturnType<typeof chain>[], width = 80) =>
  waitLines(viewOf(storeWith(WAITS, { rows: { chains: rows }, clockNs: 7e9 + 2e6 })), 7, width, 4)

test('threads of the process that wait, how long and for whom; others are left out', (t) => {
  t.deepEqual(textsOf(linesOf([chain(8), chain(9, { pid: 6 })])), [
    'Held up by  x: every link',
    '       8 t8            2.00ms  futex of 9',
  ])
})

test('those that are idle are counted, not listed', (t) => {
  const idle = ['idle', 'timer', 'event'].map((is, i) => chain(10 + i, { class: is }))
  t.regex(textsOf(linesOf([chain(8), ...idle]))[0]!, / {2}3 threads idle, or waiting for its own threads$/)
  t.regex(textsOf(linesOf(idle.slice(0, 1)))[0]!, / {2}1 thread idle/)
  t.deepEqual(textsOf(linesOf(idle)).slice(1), [' nothing at the end of this interval'])
  t.is(textsOf(linesOf([]))[0], 'Held up by  x: every link')
})

test('four chains, and how many more', (t) => {
  const of = (count: number) => linesOf(Array.from({ length: count }, (_, i) => chain(i)))
  t.is(of(4).length, 5)
  t.is(textsOf(of(6)).at(-1), ' and 2 more')
  t.is(of(6).length, 6)
})

test('a deadlock is bad, a circle of its own a warning', (t) => {
  const roles = linesOf([0, 1, 2].map((closed) => chain(closed, { closed })))
    .slice(1)
    .map((line) => line.at(-1)![1])
  t.deepEqual(roles, ['text', 'warn', 'bad'])
})

test('where few wait a long chain goes on in the next lines, as far as there is room', (t) => {
  const links = Array.from({ length: 8 }, (_, i) => `lock ${i} held by worker-${i} ${i}`).join(' -> ')
  const lines = textsOf(linesOf([chain(8, { chain: links })], 80)).slice(1)
  t.is(lines.length, 4)
  t.true(lines.every((line) => line.length <= 80))
  t.true(links.startsWith(lines.map((line) => line.slice(31).replace(/~$/, '')).join(' ')))
  t.is(lines.at(-1)!.at(-1), '~')
  const two = textsOf(
    linesOf(
      [8, 9].map((tid) => chain(tid, { chain: links })),
      80,
    ),
  ).slice(1)
  t.deepEqual(
    two.map((line) => line.slice(0, 9).trim()),
    ['8', '', '9', ''],
  )
  t.is(textsOf(linesOf([chain(8, { chain: links })], 400)).length, 2)
})

test('a long chain is cut to what is left of the line, twenty at least', (t) => {
  const long = [chain(8, { chain: 'x'.repeat(99) })]
  t.is(textsOf(linesOf(long, 80))[1]!.length, 31 + 47)
  t.is(textsOf(linesOf(long, 40))[1]!.length, 31 + 20)
})
