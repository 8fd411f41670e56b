// What probes may take, as keys change it, and how numbers that are not in full are told.
import test from 'ava'
import { limitWords, nextBudget, nextPin } from '../../src/app/budget.ts'
import { initialState } from '../../src/app/state.ts'
import { BLOCK } from '../../src/stream/specs/block.ts'
import { estimatedColumns, estimatedFigures, tierNote, tierWord } from '../../src/app/tier.ts'
import type { Column } from '../../src/panels/panel-types.ts'
import type { Tier } from '../../src/stream/cost-message.ts'

const state = initialState()

test('the limit goes up its steps, to any, and begins again', (t) => {
  const after = (limitPercent: number) => nextBudget({ ...state, budget: { limitPercent, pins: {} } }).budget
  t.deepEqual(
    [0, 1, 3, 5, 20, 50, 80].map((limit) => after(limit).limitPercent),
    [1, 2, 5, 10, 50, 0, 0],
  )
  t.true(after(1).isChanged)
  t.is(limitWords(0), 'probes may take any part of the CPUs')
  t.is(limitWords(5), 'probes may take 5% of all CPUs')
})

test('a probe is in each cheaper tier, in full, then as the budget has it; others stay as they were', (t) => {
  const own = {
    ...state,
    specs: [BLOCK],
    page: { is: 'panel', panel: 'block' } as const,
    budget: { limitPercent: 2, pins: { tcp: 'full' } as const },
  }
  const first = nextPin(own)
  t.deepEqual(first.budget, { limitPercent: 2, pins: { tcp: 'full', block: 'sampled' }, isChanged: true })
  t.regex(first.notice!.text, /sampled from now on/)
  const counted = nextPin(first)
  t.deepEqual(counted.budget.pins, { tcp: 'full', block: 'counted' })
  const second = nextPin(counted)
  t.deepEqual(second.budget.pins, { tcp: 'full', block: 'full' })
  t.regex(second.notice!.text, /in full from now on/)
  t.deepEqual(nextPin(second).budget.pins, { tcp: 'full' })
  t.regex(nextPin(second).notice!.text, /as long as the budget allows/)
  const text = { ...own, page: { is: 'process', scroll: 0 } as const }
  t.is(nextPin(text), text)
})

test('one that has no cheaper way cannot be pinned there', (t) => {
  const { cheaper: _, ...only } = BLOCK
  const own = { ...state, page: { is: 'panel', panel: 'block' } as const, specs: [only] }
  const after = nextPin(own)
  t.is(after.budget, own.budget)
  t.regex(after.notice!.text, /block I\/O: has no cheaper way/)
  t.deepEqual(nextPin({ ...own, specs: [BLOCK] }).budget.pins, { block: 'sampled' })
})

const tier = (more: Partial<Tier>): Tier => ({ is: 'sampled', why: 'too much', hint: 'b', retryMs: 0, ...more })

test('how numbers were got, how far they may be from the truth, and until when', (t) => {
  t.deepEqual(
    [tierWord(tier({})), tierWord(tier({ error: 0.05 })), tierWord(tier({ is: 'counted', error: 0.05 }))],
    ['sampled', 'sampled ±5.00%', 'counted'],
  )
  t.is(tierNote(tier({ is: 'counted' })), 'sums of the kernel, no distribution; too much (b)')
  t.is(tierNote(tier({ windows: 1 })), 'of 1 instant; too much (b)')
  t.is(tierNote(tier({ windows: 2, retryMs: 5000 })), 'of 2 instants; in full in 5.0s: too much')
  t.is(tierNote(tier({ observed: 0.25, windows: 4 })), '25.0% of the time seen, in 4 windows; too much (b)')
  t.is(
    tierNote(tier({ observed: 0.25, windows: 4, error: 0.1, fullPercent: 3, retryMs: 5 })),
    '25.0% of the time seen, in 4 windows; totals ±10.0%; in full it would take 3.00% of all CPUs now: too much',
  )
})

test('what is estimated is marked, percentiles and names are not', (t) => {
  const sample = (is?: Tier['is']) => ({ ...(is && { tier: tier({ is }) }) }) as never
  const columns = (['rate', 'percent', 'duration', 'text'] as const).map(
    (kind) => ({ id: kind, title: kind, kind }) as unknown as Column,
  )
  t.deepEqual(
    estimatedColumns(columns, sample('sampled')).map(({ title }) => title),
    ['~rate', '~percent', 'duration', 'text'],
  )
  for (const is of ['counted', undefined] as const) t.is(estimatedColumns(columns, sample(is)), columns)
  const figures = [{ label: 'n', text: '5', priority: 0 }]
  t.is(estimatedFigures(figures, sample('sampled'))[0]!.text, '~5')
  t.is(estimatedFigures(figures, sample('counted')), figures)
})
