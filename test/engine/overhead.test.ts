// What is given up for too much load, in which order, and when it is tried again.
import test from 'ava'
import { covers, judge, learned, NOTHING_SHED, steady } from '../../src/engine/overhead.ts'
import type { Load, Overhead } from '../../src/engine/overhead.ts'
import type { Part } from '../../src/stream/want.ts'

const LIMIT = { limitPercent: 3, cpus: 4 }
const busy: Load[] = [
  { part: 'detail', percent: 1 },
  { part: 'sched', percent: 1.5 },
  { part: 'block', percent: 0 },
  { part: 'syscalls', percent: 4 },
]
const calm: Load[] = [{ part: 'sched', percent: 0.5 }]

/** Samples one after the other, each with its time. */
const after = (samples: readonly [nowMs: number, loads: readonly Load[]][], from: Overhead = NOTHING_SHED): Overhead =>
  samples.reduce((state, [nowMs, loads]) => judge(state, { nowMs, loads, ...LIMIT }), from)
const parts = ({ shed }: Overhead): string[] => shed.map(({ part }) => part)

test('one sample above the limit is none', (t) => {
  t.deepEqual(parts(after([[0, busy]])), [])
  t.deepEqual(
    parts(
      after([
        [0, busy],
        [1, calm],
        [2, busy],
      ]),
    ),
    [],
  )
})

test('two in a row: detail first, then the costliest, until the rest fits', (t) => {
  const state = after([
    [0, busy],
    [1000, busy],
  ])
  t.deepEqual(parts(state), ['detail', 'syscalls'])
  t.is(state.shed[0]!.why, 'probes took 6.5 % of 4 CPUs, more than 3 %')
  t.deepEqual(
    state.shed.map(({ untilMs }) => untilMs),
    [31_000, 31_000],
  )
})

test('detail alone, when that is enough', (t) => {
  const little: Load[] = [
    { part: 'detail', percent: 1 },
    { part: 'syscalls', percent: 2.5 },
  ]
  t.deepEqual(
    parts(
      after([
        [0, little],
        [1000, little],
      ]),
    ),
    ['detail'],
  )
})

test('sampled stacks go after detail and before what counts everything', (t) => {
  const loads: Load[] = [
    { part: 'sched', percent: 2.9 },
    { part: 'stacks', percent: 0.5 },
  ]
  t.deepEqual(
    parts(
      after([
        [0, loads],
        [1000, loads],
      ]),
    ),
    ['stacks'],
  )
})

test('what costs nothing stays, whatever is left', (t) => {
  const loads: Load[] = [
    { part: 'sched', percent: 90 },
    { part: 'block', percent: 0 },
  ]
  t.deepEqual(
    parts(
      after([
        [0, loads],
        [1000, loads],
      ]),
    ),
    ['sched'],
  )
})

test('they come back one at a time, the last one first, and only when due', (t) => {
  const shed = after([
    [0, busy],
    [1000, busy],
  ])
  t.deepEqual(parts(after([[30_999, calm]], shed)), ['detail', 'syscalls'])
  const one = after([[31_000, calm]], shed)
  t.deepEqual(parts(one), ['detail'])
  t.deepEqual(parts(after([[61_000, calm]], one)), [])
})

test('nothing comes back while the rest is near the limit', (t) => {
  const shed = after([
    [0, busy],
    [1000, busy],
  ])
  const near = after([[31_000, [{ part: 'sched', percent: 2.5 }]]], shed)
  t.deepEqual(parts(near), ['detail', 'syscalls'])
  t.deepEqual(
    near.shed.map(({ untilMs }) => untilMs),
    [61_000, 61_000],
  )
})

test('one sample above it postpones what is due', (t) => {
  const shed = after([
    [0, busy],
    [1000, busy],
  ])
  t.deepEqual(
    after([[31_000, busy]], shed).shed.map(({ untilMs }) => untilMs),
    [61_000, 61_000],
  )
})

test('each time it has to go again it stays away twice as long, up to a quarter of an hour', (t) => {
  const loads: Load[] = [{ part: 'sched', percent: 50 }]
  let state = NOTHING_SHED
  let nowMs = 0
  const waits: number[] = []
  for (let i = 0; i < 8; i++) {
    state = after(
      [
        [nowMs, loads],
        [nowMs + 1000, loads],
      ],
      state,
    )
    waits.push(state.shed[0]!.waitMs / 1000)
    nowMs = state.shed[0]!.untilMs
    state = after([[nowMs, []]], state)
    t.deepEqual(parts(state), [])
  }
  t.deepEqual(waits, [30, 60, 120, 240, 480, 960, 960, 960])
})

test('back for five minutes, it begins anew', (t) => {
  const loads: Load[] = [{ part: 'sched', percent: 50 }]
  const back = after([
    [0, loads],
    [1000, loads],
    [31_000, []],
  ])
  t.is(
    after(
      [
        [330_000, loads],
        [330_999, loads],
      ],
      back,
    ).shed[0]!.waitMs,
    60_000,
  )
  t.is(
    after(
      [
        [330_000, loads],
        [331_000, loads],
      ],
      back,
    ).shed[0]!.waitMs,
    30_000,
  )
})

test('what is known of an event says what all of them would take: back when it fits twice, and not before', (t) => {
  const judgeAt = (state: Overhead, nowMs: number, percent: number, rate: number): Overhead =>
    judge(state, { nowMs, loads: [{ part: 'syscalls', percent }], rates: new Map([['syscalls', rate]]), ...LIMIT })
  const rates = new Map([['syscalls', 400_000] as const])
  let state = learned(
    judgeAt(NOTHING_SHED, 0, 4, 400_000),
    { fromMs: 0, toMs: 1000, loads: [{ part: 'syscalls', level: 0, percent: 4 }] },
    rates,
  )
  state = judgeAt(state, 1000, 4, 400_000)
  t.deepEqual(parts(state), ['syscalls'])
  for (let nowMs = 2000; nowMs < 300_000; nowMs += 1000) state = judgeAt(state, nowMs, 0.1, 300_000)
  t.deepEqual(parts(state), ['syscalls'], '3 % would be the limit itself')
  state = judgeAt(state, 300_000, 0.1, 200_000)
  t.deepEqual(parts(state), ['syscalls'], 'once is not enough')
  t.deepEqual(parts(judgeAt(state, 301_000, 0.1, 200_000)), [])
})

test('what is looked at goes after all others, and nothing goes that one after it makes room for', (t) => {
  const judgeTwice = (loads: readonly Load[], ...last: Part[]): string[] => {
    const judged = { loads, ...LIMIT, last: new Set(last) }
    return parts(judge(judge(NOTHING_SHED, { nowMs: 0, ...judged }), { nowMs: 1000, ...judged }))
  }
  t.deepEqual(judgeTwice(busy, 'sched'), ['detail', 'syscalls'])
  t.deepEqual(judgeTwice(busy, 'detail', 'syscalls'), ['syscalls'], 'of these detail, and sched before: no need')
  t.deepEqual(judgeTwice(busy, 'syscalls'), ['syscalls'], 'all others are not enough, and it alone is')
  t.deepEqual(judgeTwice([...calm, { part: 'stacks', percent: 3 }], 'stacks'), ['sched'])
})

test('one tier at a time, as long as there is a cheaper one, and back the same way', (t) => {
  const levels = ({ shed }: Overhead): [string, number][] => shed.map(({ part, level }) => [part, level])
  const rates = new Map<Part, number>([['block', 100_000]])
  const isFixed = (_part: Part, level: number): boolean => level >= 2
  const judgeTwice = (state: Overhead, nowMs: number, percent: number): Overhead =>
    [0, 1000].reduce(
      (last, afterMs) =>
        judge(last, { nowMs: nowMs + afterMs, loads: [{ part: 'block', percent }], rates, isFixed, ...LIMIT }),
      state,
    )
  const known = (state: Overhead, level: number, percent: number): Overhead =>
    learned(state, { fromMs: 0, toMs: 1000, loads: [{ part: 'block', level, percent }] }, rates)
  let state = judgeTwice(known(NOTHING_SHED, 0, 20), 0, 20)
  t.deepEqual(levels(state), [['block', 1]])
  t.deepEqual(levels(judgeTwice(state, 2000, 19)), [['block', 1]], 'it is on its way there')
  state = judgeTwice(known(state, 1, 4), 4000, 4)
  t.deepEqual(levels(state), [['block', 2]])
  t.deepEqual(levels(judgeTwice(state, 6000, 3.5)), [['block', 2]], 'there is no other')
  state = judgeTwice(state, 8000, 0.1)
  t.deepEqual(levels(state), [['block', 2]], 'sampled it would not fit')
  rates.set('block', 40_000)
  state = judgeTwice(state, 10_000, 0.1)
  t.deepEqual(levels(state), [['block', 1]], 'in full it would not fit')
  rates.set('block', 5000)
  t.deepEqual(levels(judgeTwice(state, 12_000, 0.2)), [])
})

test('what is pinned is never given up', (t) => {
  const judged = { loads: busy, ...LIMIT, isFixed: (part: Part) => part === 'syscalls' }
  const state = judge(judge(NOTHING_SHED, { nowMs: 0, ...judged }), { nowMs: 1000, ...judged })
  t.deepEqual(parts(state), ['detail', 'sched'])
})

test('what one event takes is known of those with events enough', (t) => {
  const loads = [
    { part: 'syscalls', level: 0, percent: 2 },
    { part: 'syscalls', level: 1, percent: 0.5 },
    { part: 'block', level: 0, percent: 1 },
    { part: 'tcp', level: 0, percent: 0 },
  ] as const
  const rates = new Map<Part, number>([
    ['syscalls', 100_000],
    ['block', 99],
    ['tcp', 5000],
  ])
  const state = learned(
    { ...NOTHING_SHED, each: new Map([['block', new Map([[0, 1]])]]) },
    { fromMs: 0, toMs: 1000, loads },
    rates,
  )
  t.deepEqual(
    [...state.each],
    [
      ['block', new Map([[0, 1]])],
      [
        'syscalls',
        new Map([
          [0, 2e-5],
          [1, 5e-6],
        ]),
      ],
    ],
  )
})

const measured = { fromMs: 10_000, toMs: 11_000, loads: [] }

for (const [says, fromMs, toMs, expected] of [
  ['is that time', 10_000, 11_000, true],
  ['is a little later', 10_200, 11_200, true],
  ['is half of it', 10_500, 11_500, false],
  ['ends when it begins', 9000, 10_000, false],
  ['is twice as long', 9500, 11_500, true],
  ['is longer, and may have had other times', 9400, 11_500, false],
  ['is a part of it', 10_300, 10_400, false],
] as const)
  test(`an interval tells of what was measured meanwhile where it covers it: ${says}`, (t) =>
    t.is(covers({ fromMs, toMs, rates: new Map() }, measured), expected))

test('of two intervals around it, what both have about as often', (t) => {
  const at = (rates: [Part, number][]) => ({ fromMs: 0, toMs: 60_000, rates: new Map(rates) })
  const before = at([
    ['syscalls', 1000],
    ['block', 1000],
    ['sched', 1000],
  ])
  const after = at([
    ['syscalls', 1250],
    ['block', 1260],
    ['tcp', 1000],
  ])
  t.deepEqual([...steady(before, after)], [['syscalls', 1125]])
})
