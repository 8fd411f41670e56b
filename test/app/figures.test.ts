// Figures above a panel's picture: what each says at its bounds, and which of them stay when it gets narrow.
import test from 'ava'
import {
  figuresWidth,
  fitFigures,
  latencyFigures,
  staleFigures,
  statFigures,
  worstFigure,
} from '../../src/app/figures.ts'
import type { Row } from '../../src/panels/panel-types.ts'
import type { Merged } from '../../src/app/merged.ts'

const hist = (count: number, more: Partial<Merged> = {}): Merged => ({
  slots: [],
  count,
  sumNs: count * 2e6,
  maxNs: 9e6,
  ...(count > 0 ? { p50Ns: 1e6, p90Ns: 4e6, p99Ns: 8e6, p99ByTimeNs: 8.5e6 } : {}),
  ...more,
})

test('a latency in figures: p99 from a hundred events on, nothing of none, a mean where only sums are known', (t) => {
  const counted = { counted: true as const }
  const cases: [Merged, number, string][] = [
    [hist(100), 1000, 'p50 1.00ms, p90 4.00ms, p99 8.00ms, max 9.00ms, n/s 100, p99 by time 8.50ms'],
    [hist(99), 2000, 'p50 1.00ms, p90 4.00ms, p99 -, max 9.00ms, n/s 50'],
    [hist(1), 500, 'p50 1.00ms, p90 4.00ms, p99 -, max 9.00ms, n/s 2.0'],
    [hist(0), 1000, 'p50 -, p90 -, p99 -, max -, n/s 0'],
    [hist(7), 0, 'p50 1.00ms, p90 4.00ms, p99 -, max 9.00ms, n/s 7000'],
    [hist(4, counted), 1000, 'mean 2.00ms, n/s 4.0'],
    [hist(1, counted), 1000, 'mean 2.00ms, n/s 1.0'],
    [hist(0, counted), 1000, ''],
  ]
  for (const [of, intervalMs, text] of cases)
    t.is(
      latencyFigures(of, intervalMs)
        .map(({ label, text }) => `${label} ${text}`)
        .join(', '),
      text,
    )
})

test('of a latency p99 stays longest, then p50, max, how many, p90; a mean before how many', (t) => {
  const order = (of: Merged): string =>
    latencyFigures(of, 1000)
      .toSorted((a, b) => a.priority - b.priority)
      .map(({ label }) => label)
      .join(' ')
  t.is(order(hist(100)), 'p99 p50 max n/s p90 p99 by time')
  t.is(order(hist(100, { counted: true })), 'mean n/s')
})

test('whose the longest was, where a row says so', (t) => {
  const columns = ['command', 'max'].map((id) => ({ id, title: id, kind: 'text', help: '', priority: 0 }) as const)
  const row = (command: string, max?: number): Row => ({ key: command, cells: [command, max] })
  const worst = (maxNs: number, ...rows: Row[]) => worstFigure({ columns, rows }, { maxNs }).map(({ text }) => text)
  t.deepEqual(worst(100, row('noisy', 5), row('victim', 95), row('idle')), ['victim'])
  t.deepEqual(worst(100, { ...row('a long line', 95), comm: 'a\x1b[1m' }), ['a?[1m'])
  t.deepEqual(worst(100, row('noisy', 5), row('victim', 89)), [], 'somebody else, who is in no row')
  t.deepEqual(worst(0, row('idle', 0)), [])
  t.deepEqual(worst(100), [])
  t.deepEqual(worstFigure({ columns: columns.slice(1), rows: [row('a', 100)] }, { maxNs: 100 }), [])
})

test('stats: a dash for what is not known, none where nothing is, and a role only for what is not zero', (t) => {
  const stat = (value: number | undefined) => ({ label: 'a', kind: 'count' as const, value, role: 'bad' as const })
  t.deepEqual(statFigures([stat(3), stat(undefined), stat(0)]), [
    { label: 'a', text: '3', role: 'bad', priority: 5 },
    { label: 'a', text: '-', priority: 6 },
    { label: 'a', text: '0', priority: 7 },
  ])
  t.deepEqual(statFigures([stat(undefined)]), [])
})

test('of an instant that is over all is stale, how old first, where that is not said already', (t) => {
  const one = { label: 'a', text: '1', role: 'bad' as const, priority: 2 }
  t.deepEqual(staleFigures([one], 5000), [
    { label: 'stale', text: '5.0s', role: 'stale', priority: -1 },
    { label: 'a', text: '1', role: 'stale', priority: 2 },
  ])
  t.deepEqual(staleFigures([one], undefined), [{ label: 'a', text: '1', role: 'stale', priority: 2 }])
})

test('as many as fit, the most important first, in their order; two blanks are between them, and none at the end', (t) => {
  const figures = [
    { label: 'a', text: '11', priority: 3 },
    { label: 'bb', text: '22', priority: 1 },
    { label: 'c', text: '3', priority: 2 },
  ]
  // `a 11`, `bb 22` and `c 3` take 4, 5 and 3 columns, and two each before the next
  t.is(figuresWidth(figures), 6 + 7 + 5)
  const shown = (width: number): string =>
    fitFigures(figures, width)
      .map(({ label }) => label)
      .join(' ')
  const cases: [number, string][] = [
    [2, ''],
    [3, 'c'],
    [4, 'c'],
    [5, 'bb'],
    [9, 'bb'],
    [10, 'bb c'],
    [15, 'bb c'],
    [16, 'a bb c'],
  ]
  for (const [width, text] of cases) t.is(shown(width), text, `${width}`)
})
