import test from 'ava'
import type { ChartSlot, Frame } from '../../src/app/app-types.ts'
import { THEMES } from '../../src/paths.ts'
import { niceCeiling, scaleOf } from '../../src/screen/chart-scale.ts'
import { createCharts } from '../../src/screen/charts.ts'
import { openTerminal } from '../../src/screen/terminal.ts'
import { attributesOf, loadTheme } from '../../src/screen/theme.ts'
import { fakeTerminal } from '../helpers/fake-terminal.ts'
import { gridOf } from '../helpers/grids.ts'

const attributes = attributesOf(loadTheme(THEMES, 'dark'), 256)

const slotOf = (values: (number | undefined)[], more: Partial<ChartSlot> = {}): ChartSlot => ({
  x: 0,
  y: 1,
  width: values.length + 6,
  labelWidth: 6,
  height: 10,
  unit: 'rate',
  series: [{ label: 'rate', role: 'series1', values }],
  xLabels: values.map((_, i) => `-${values.length - 1 - i}s`),
  ...more,
})

test('a linear axis begins at zero and ends at a round number', (t) => {
  const scale = scaleOf(slotOf([3, 1234, undefined]))!
  t.deepEqual([scale.min, scale.max, scale.labels], [0, 2000, 2])
  t.is(scale.place(1234), 1234)
  t.true(Number.isNaN(scale.place(undefined)))
  t.is(scale.label(1_000_000), '1.00M')
  t.is(scaleOf(slotOf([2000]))!.max, 2500, 'what is at the very top is not drawn')
})

test('latencies are drawn by decades', (t) => {
  const scale = scaleOf(slotOf([0.005, 80, undefined, 0], { unit: 'ms' }))!
  t.deepEqual([scale.min, scale.max, scale.labels], [3, 9, 3], 'whole decades between labels')
  t.is(scale.place(1), 6)
  t.true(Number.isNaN(scale.place(0)), 'no line along the foot where there was none')
  t.true(Number.isNaN(scale.place(undefined)))
  t.deepEqual([5, 6, 8, 9].map(scale.label), ['100us', '1ms', '100ms', '1s'])
})

test('nothing to draw', (t) => {
  t.is(scaleOf(slotOf([0, undefined])), undefined)
  t.is(scaleOf(slotOf([])), undefined)
})

test('round numbers', (t) => {
  t.deepEqual([0.3, 1, 1.1, 2.4, 4, 9, 101].map(niceCeiling), [0.5, 1, 2, 2.5, 5, 10, 200])
  t.is(niceCeiling(0), 1)
  t.is(niceCeiling(NaN), 1)
})

test.serial('a value is drawn in the column it has on the axis above', async (t) => {
  const fake = fakeTerminal(100, 14)
  const terminal = openTerminal(fake)
  let ready = (): void => {}
  const loaded = new Promise<void>((resolve) => {
    ready = resolve
  })
  const charts = createCharts(ready)
  charts.theme(attributes)
  const plain = Array.from({ length: 14 }, () => '')
  for (const spike of [0, 1, 31, 62, 88, 89]) {
    const values = Array.from({ length: 90 }, (_, i) => (i === spike ? 1000 : 1))
    const shown: Frame = { grid: gridOf(100, plain), charts: [slotOf(values)] }
    terminal.draw(shown, attributes, charts)
    await loaded
    terminal.draw(shown, attributes, charts)
    await fake.settled()
    const top = fake.rows().find((row) => /[\u2801-\u28ff]/.test(row.slice(6)))!
    // a line may lean over into the column beside it
    t.true(
      Math.abs([...top.slice(6)].findIndex((char) => char > '\u2800' && char <= '\u28ff') - spike) <= 1,
      `${spike}`,
    )
  }
  terminal.restore()
})

test.serial('drawn over the plain chart, with gaps, and gone with it', async (t) => {
  const fake = fakeTerminal(60, 14)
  const terminal = openTerminal(fake)
  let ready = (): void => {}
  const loaded = new Promise<void>((resolve) => {
    ready = resolve
  })
  const charts = createCharts(ready)
  charts.theme(attributes)
  const plain = Array.from({ length: 14 }, (_, y) => `plain ${y}`)
  const frame = (slots: ChartSlot[]): Frame => ({ grid: gridOf(60, plain), charts: slots })
  const values = [...Array<undefined>(15).fill(undefined), ...Array.from({ length: 30 }, (_, i) => 50 + i)]

  terminal.draw(frame([slotOf(values)]), attributes, charts)
  await fake.settled()
  t.is(fake.row(3).trimEnd(), 'plain 3', 'the plain one until the widget is loaded')

  await loaded
  terminal.draw(frame([slotOf(values)]), attributes, charts)
  await fake.settled()
  const text = fake.rows().join('\n')
  t.regex(text, /[\u2801-\u28ff]/)
  t.false(text.includes('plain 3'))
  t.is(fake.row(0).trimEnd(), 'plain 0')
  t.is(fake.row(11).trimEnd(), 'plain 11')
  // Nothing was measured in the first third, so nothing is drawn there.
  const plot = fake
    .rows()
    .slice(1, 8)
    .map((row) => row.slice(6, 20))
  t.deepEqual(
    plot.map((row) => row.replaceAll('\u2800', ' ').trim()),
    plot.map(() => ''),
  )

  fake.resize(80, 20)
  terminal.draw(
    {
      grid: gridOf(
        80,
        Array.from({ length: 20 }, (_, y) => `plain ${y}`),
      ),
      charts: [slotOf(values, { x: 20 })],
    },
    attributes,
    charts,
  )
  await fake.settled()
  t.is(fake.row(3).slice(0, 20).trimEnd(), 'plain 3')
  t.regex(fake.rows().join('\n'), /[\u2801-\u28ff]/)

  terminal.draw(
    {
      grid: gridOf(
        80,
        Array.from({ length: 20 }, (_, y) => `plain ${y}`),
      ),
      charts: [],
    },
    attributes,
    charts,
  )
  await fake.settled()
  t.is(fake.row(3).trimEnd(), 'plain 3')
  t.notRegex(fake.rows().join('\n'), /[\u2801-\u28ff]/)
  terminal.restore()
})
