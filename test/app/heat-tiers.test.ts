// How the columns of a heat map were got: sampled ones have a mark, counted ones never look like nothing or like nobody.
import test from 'ava'
import { createCanvas, type Canvas } from '../../src/app/draw/grid.ts'
import { drawHeat, drawLegend } from '../../src/app/draw/heat.ts'
import type { CountedColumn } from '../../src/app/draw/heat-tiers.ts'
import { drawRanges } from '../../src/app/draw/ranges.ts'
import { formatCount } from '../../src/app/format.ts'
import { frameText } from '../../src/app/text.ts'
import { slotOf } from '../../src/model/base/histogram.ts'
import { ROLES } from '../../src/panels/panel-types.ts'
import { rolesOf } from '../helpers/grids.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { endMs, fakeStream } from '../helpers/stream.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import type { Tier } from '../../src/stream/cost-message.ts'

const HIST = { slots: [slotOf(2 ** 10), 4], count: 4, sumNs: 2 ** 12, maxNs: 2 ** 10 }
const full = { hist: HIST, lost: 0 }
const sampled = { hist: HIST, lost: 0, tier: 'sampled' as const }
const counted: CountedColumn = { lost: 0, tier: 'counted' }
type Columns = Parameters<typeof drawHeat>[2]

const drawn = (columns: Columns, unicode = true, height = 3): Canvas => {
  const width = 6 + columns.length
  const canvas = createCanvas(width, height, unicode)
  drawHeat(canvas, { x: 0, y: 0, width, height }, columns, [10, 22], 'characters')
  return canvas
}
/** Without what stands at the left. */
const mapOf = (canvas: Canvas): string[] =>
  frameText(canvas)
    .split('\n')
    .map((line) => line.slice(6))
const several = (count: number): CountedColumn[] => Array.from({ length: count }, () => counted)

test('a sampled column has a mark on top; losses go first, in it and in a counted one', (t) => {
  const lossy = { ...sampled, lost: 3 }
  const canvas = drawn([full, sampled, lossy, undefined, { ...counted, lost: 1 }])
  t.deepEqual(mapOf(canvas), [' ~!·!', '   ·┊', '███·┊'])
  t.deepEqual(
    [7, 8, 10].map((x) => ROLES[rolesOf(canvas)[x]!]),
    ['dim', 'bad', 'bad'],
  )
})

test('counted columns are neither blank nor the dots of nobody; what they lack is written where there is room', (t) => {
  t.deepEqual(mapOf(drawn([full, counted, undefined, ...several(2)])), [' ┊·┊┊', ' ┊·┊┊', '█┊·┊┊'])
  t.deepEqual(mapOf(drawn([full, counted, undefined], false)), [' |`', ' |`', '@|`'])
  t.deepEqual(
    mapOf(drawn(several(16))),
    ['┊', '┊', '┊'].map((line) => line.repeat(16)),
  )
  t.deepEqual(mapOf(drawn([full, ...several(17), full])), [
    ' ┊               ┊',
    ' ┊no distribution┊',
    '█┊               ┊█',
  ])
  const wide = mapOf(drawn([...several(30), undefined], false, 5))
  t.is(wide[2], `|${'no distribution'.padStart(21)}${' '.repeat(7)}|\``)
  t.deepEqual(
    wide.filter((_, y) => y !== 2),
    Array.from({ length: 4 }, () => `|${' '.repeat(28)}|\``),
  )
})

test('each run of counted columns has its own words', (t) => {
  const [, middle] = mapOf(drawn([...several(17), full, ...several(18)]))
  t.is(middle!.split('no distribution').length, 3)
})

test('maps of ranges have the same marks', (t) => {
  const hist = { scale: 'ranges' as const, unit: 'count' as const, buckets: [1, 2, 4], count: 4 }
  const canvas = createCanvas(10, 2, true)
  const columns = [{ hist, lost: 0, tier: 'sampled' as const }, counted, undefined, { hist, lost: 0 }]
  drawRanges(canvas, { x: 0, y: 0, width: 10, height: 2 }, columns, 'characters')
  t.deepEqual(mapOf(canvas), ['~┊·', '█┊·█'])
})

test('the legend has the mark where there is one and room for all of it', (t) => {
  const legend = (width: number, isSampled: boolean): string => {
    const canvas = createCanvas(60, 1, true)
    drawLegend(canvas, { x: 0, y: 0, width, height: 1 }, 64, 'characters', formatCount, isSampled)
    return frameText(canvas)
  }
  t.is(legend(40, true), ' 1 .:░░▒▒▓█ 64/cell  ~ sampled')
  t.is(legend(40, false), ' 1 .:░░▒▒▓█ 64/cell')
  t.is(legend(29, true), ' 1 .:░░▒▒▓█ 64/cell')
})

/** The run queue's samples from some interval on. */
const thinner = (is: Tier['is'], from: number): Message[] =>
  fakeStream({ ticks: 60 }).map((message) =>
    message.type === 'sample' && message.probe === 'sched' && message.atMs > endMs({ ticks: from })
      ? { ...message, tier: { is, why: 'it took 9 %', hint: 'b', retryMs: 0 } }
      : message,
  )

test('on the full screen: sampled intervals, and counted ones on the map, the bars and the lines below', (t) => {
  const textOf = (messages: Message[]): string[] => {
    const screen = fakeScreen({ ticks: 60, messages })
    screen.press('1')
    return screen.text().split('\n')
  }
  const of = textOf(thinner('sampled', 50))
  t.regex(of[4]!, /[^~]~{10} /)
  t.true(of.some((line) => line.includes('/cell  ~ sampled')))
  const lines = textOf(thinner('counted', 30))
  t.true(lines.some((line) => /┊ +no distribution +┊ +no distribution/.test(line)))
  t.regex(
    lines.find((line) => line.includes('p99 -'))!,
    /p99 -/,
  )
  t.false(lines.some((line) => line.includes('~ sampled')))
})
