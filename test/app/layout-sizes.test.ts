// Where panels and their parts are at given sizes: what changes from which size on.
import test from 'ava'
import { partsOf, placePanels } from '../../src/app/layout.ts'
import type { Rect } from '../../src/app/app-types.ts'

const rect = (width: number, height: number): Rect => ({ x: 2, y: 3, width, height })
const placed = (panels: string[], width: number, height: number) =>
  placePanels(panels as never, rect(width, height)).map(({ id, rect: { x, y, width, height }, boxed }) => [
    id,
    x,
    y,
    width,
    height,
    boxed,
  ])

test('latency above tables, side by side, from 100x28 on', (t) => {
  t.deepEqual(placed(['runq', 'tcp', 'offcpu'], 101, 29), [
    ['runq', 2, 3, 51, 15, true],
    ['offcpu', 52, 3, 51, 15, true],
    ['tcp', 2, 18, 101, 14, true],
  ])
  t.is(placed(['runq', 'tcp'], 100, 28)[1]![2], 17)
})

test('narrower or lower: latency to the left of tables, one below the other, with a blank between', (t) => {
  for (const [width, height] of [
    [99, 40],
    [120, 27],
  ] as const) {
    const [runq, offcpu, tcp] = placed(['runq', 'tcp', 'offcpu'], width, height)
    const half = Math.floor(width / 2)
    t.deepEqual(runq, ['runq', 2, 3, half - 1, Math.floor(height / 2), height === 40])
    t.deepEqual(offcpu!.slice(0, 3), ['offcpu', 2, 3 + Math.floor(height / 2)])
    t.deepEqual(tcp, ['tcp', 2 + half, 3, width - half, height, true])
  }
})

test('of one kind alone they have all the room', (t) => {
  t.deepEqual(placed(['tcp'], 120, 30), [['tcp', 2, 3, 120, 30, true]])
  t.deepEqual(placed(['runq'], 120, 30), [['runq', 2, 3, 120, 30, true]])
  t.deepEqual(placed(['tcp'], 80, 13), [['tcp', 2, 3, 80, 13, false]])
  t.deepEqual(placed(['runq'], 80, 14), [['runq', 2, 3, 80, 14, true]])
})

const parts = (hasHeat: boolean, width: number, height: number, boxed = true) =>
  partsOf(hasHeat, undefined, rect(width, height), boxed, false)

test('a panel of the overview: figures, then its map beside or above its table', (t) => {
  t.deepEqual(parts(false, 60, 10), { table: { x: 3, y: 4, width: 58, height: 8 } }, 'the title has the figures')
  t.deepEqual(parts(false, 59, 10), {
    stats: { x: 3, y: 4, width: 57, height: 1 },
    table: { x: 3, y: 5, width: 57, height: 7 },
  })
  t.deepEqual(parts(false, 80, 10, false), {
    stats: { x: 2, y: 4, width: 80, height: 1 },
    table: { x: 2, y: 5, width: 80, height: 8 },
  })
  t.like(
    parts(true, 59, 12),
    { heat: { y: 5, width: 57, height: 5 }, table: { y: 10, width: 57, height: 4 } },
    'nine rows',
  )
  t.like(parts(true, 59, 11), { heat: { x: 3, width: 27, height: 8 }, table: { x: 31, width: 29, height: 8 } })
  t.like(parts(true, 160, 10), { heat: { width: 59 }, table: { x: 63, width: 98 } }, 'no wider than sixty')
  t.is(parts(true, 37, 11).heat, undefined)
  t.truthy(parts(true, 38, 6).heat)
  t.is(parts(true, 38, 5).heat, undefined)
})

const full = (hasHeat: boolean, hasTrend: boolean, width: number, height: number) =>
  partsOf(hasHeat, hasTrend ? 'trend' : undefined, rect(width, height), true, true)

test('on the full screen: map and axis, bars and legend beside it, a chart, the table', (t) => {
  t.deepEqual(full(true, false, 102, 43), {
    stats: { x: 3, y: 4, width: 100, height: 1 },
    heat: { x: 3, y: 5, width: 67, height: 16 },
    axis: { x: 3, y: 21, width: 67, height: 1 },
    bars: { x: 71, y: 5, width: 32, height: 16 },
    legend: { x: 71, y: 21, width: 32, height: 1 },
    chart: { rect: { x: 3, y: 22, width: 67, height: 9 }, gutter: 33 },
    table: { x: 3, y: 31, width: 100, height: 14 },
  })
  t.is(full(true, false, 300, 43).bars!.width, 47, 'no wider than 48 with the blank')
  t.is(full(true, false, 300, 99).heat!.height, 22)
  t.like(full(true, false, 72, 20), { bars: { width: 22 }, heat: { height: 6 } })
  t.like(
    full(true, false, 71, 20),
    { bars: undefined, legend: undefined, heat: { width: 61 } },
    'room for the newest values',
  )
  t.is(full(true, false, 102, 8).heat!.height, 4)
})

test('a chart is as high as there is room for', (t) => {
  const height = (hasHeat: boolean, hasTrend: boolean, rows: number) =>
    full(hasHeat, hasTrend, 102, rows + 3).chart?.rect.height
  t.deepEqual(
    [height(true, false, 34), height(true, false, 33), height(true, false, 16), height(true, false, 15)],
    [9, 4, 4, undefined],
  )
  t.deepEqual(
    [height(false, true, 34), height(false, true, 33), height(false, true, 15), height(false, false, 34)],
    [9, 2, undefined, undefined],
  )
})
