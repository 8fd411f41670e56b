// Histograms that have ranges of their own: in words, as figures, and as a map.
import test from 'ava'
import { createCanvas, type Canvas } from '../../src/app/draw/grid.ts'
import { drawRanges } from '../../src/app/draw/ranges.ts'
import { formatCount } from '../../src/app/format.ts'
import { boundText, rangeFigures, rangeText } from '../../src/app/ranges.ts'
import type { Unit } from '../../src/stream/fields.ts'
import type { Histogram } from '../../src/stream/tables.ts'
import { frameText } from '../../src/app/text.ts'

const OPEN = 2 ** 70

/** Ranges that follow each other: their bounds, and the count of each. */
const histOf = (bounds: number[], counts: number[], unit: Unit = 'ns'): Histogram => ({
  scale: 'ranges',
  unit,
  buckets: counts.flatMap((count, i) => [bounds[i]!, bounds[i + 1]!, count]),
  count: counts.reduce((sum, count) => sum + count, 0),
})

test('a bound is as short as it is exact', (t) => {
  const cases: [number, Unit, string][] = [
    [4000, 'ns', '4us'],
    [1.02e6, 'ns', '1.02ms'],
    [1.5e6, 'ns', '1.5ms'],
    [120_000, 'ns', '120us'],
    [4096, 'bytes', '4K'],
    [1500, 'count', '1500'],
    [OPEN, 'count', ''],
    [-OPEN, 'count', '<'],
  ]
  for (const [value, unit, text] of cases) t.is(boundText(value, unit), text)
})

test('a range names its unit once, a single number is itself, an open end says so', (t) => {
  const cases: [[number, number] | undefined, Unit, string][] = [
    [[4000, 8000], 'ns', '4-8us'],
    [[512_000, 1_024_000], 'ns', '512us-1.02ms'],
    [[5e6, 8e9], 'ns', '5ms-8s'],
    [[0, 1], 'ns', '0-1ns'],
    [[3, 4], 'ns', '3-4ns'],
    [[3, 4], 'count', '3'],
    [[3, 5], 'count', '3-5'],
    [[-OPEN, 16], 'count', '<16'],
    [[1024, OPEN], 'bytes', '1K+'],
    [undefined, 'ns', '-'],
  ]
  for (const [range, unit, text] of cases) t.is(rangeText(range, unit), text)
})

test('of time its share of the interval is told, not a rate of microseconds', (t) => {
  const figures = rangeFigures(histOf([1, 2, 4], [300_000, 60_000], 'count'), 500, 'busy%')
  t.deepEqual(
    figures.map(({ label, text }) => `${label} ${text}`),
    ['p50 1', 'p90 2-4', 'p99 2-4', 'max 2-4', 'busy% 72.0'],
  )
})

test('percentiles are the ranges they lie in, p99 only of a hundred', (t) => {
  const texts = (hist: Histogram) => rangeFigures(hist, 500).map(({ label, text }) => `${label} ${text}`)
  t.deepEqual(texts(histOf([1, 2, 4, 8, 16], [50, 40, 9, 1])), [
    'p50 1-2ns',
    'p90 2-4ns',
    'p99 4-8ns',
    'max 8-16ns',
    'n/s 200',
  ])
  t.deepEqual(texts(histOf([1, 2, 4, 8, 16], [50, 40, 8, 1]))[2], 'p99 -')
  t.deepEqual(
    rangeFigures(histOf([1, 2], [1]), 1000)
      .toSorted((a, b) => a.priority - b.priority)
      .map(({ label }) => label),
    ['p99', 'p50', 'max', 'n/s', 'p90'],
    'which stay when it gets narrow',
  )
})

const rowsOf = (canvas: Canvas): string[] => frameText(canvas).split('\n')

const drawn = (width: number, height: number, hists: (Histogram | undefined)[], bars?: Histogram): string[] => {
  const canvas = createCanvas(width, height, true)
  const columns = hists.map((hist) => hist && { hist, lost: 0 })
  const rect = { x: 0, y: 0, width, height }
  const beside = bars && { rect: { ...rect, x: 6 + hists.length }, hist: bars }
  drawRanges(
    canvas,
    rect,
    columns,
    'characters',
    beside && { ...beside, written: formatCount, rect: { ...beside.rect, width: 12 } },
  )
  return rowsOf(canvas)
}

test('a row for each range, lowest at the bottom, with its bound; few are apart', (t) => {
  t.deepEqual(drawn(9, 6, [histOf([1, 2, 4], [1, 4], 'count'), undefined, histOf([2, 4], [1], 'count')]), [
    '       ·',
    '       ·',
    '    2 █·.',
    '       ·',
    '       ·',
    '    1 .·',
  ])
  t.deepEqual(drawn(7, 4, [histOf([1, 2, 3], [1, 1], 'bytes')]), ['', '   2B .', '', '   1B .'])
})

test('more ranges than rows share them, and every count is there', (t) => {
  const hist = histOf([0, 10, 20, 30, 40], [1, 1, 1, 2], 'count')
  t.deepEqual(drawn(7, 2, [hist]), ['      ▒', '    0 ░'])
  t.deepEqual(drawn(7, 3, [hist]), ['   30 ░', '      .', '    0 ░'], 'a label is not above another')
})

test('bars beside the map are of the same rows', (t) => {
  t.deepEqual(drawn(19, 2, [histOf([1, 2, 4], [1, 0], 'count')], histOf([1, 2, 4], [2, 4], 'count')), [
    '            4 ████',
    '    1 .     2 ██',
  ])
})

test('ranges that came later and are lower are below those before them', (t) => {
  const hists = [histOf([4, 8], [1], 'count'), histOf([1, 2, 4], [1, 1], 'count')]
  t.deepEqual(drawn(8, 6, hists), ['', '    4 .', '', '    2  .', '', '    1  .'])
})
