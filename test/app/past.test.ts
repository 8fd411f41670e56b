// What a short table leaves of its height: the panel's figures over time, as long as rows do not need it.
import test from 'ava'
import { createCanvas } from '../../src/app/draw/grid.ts'
import { drawPast, PAST_MARGIN } from '../../src/app/draw/past.ts'
import { frame } from '../../src/app/draw/frame.ts'
import { linesForPast, pastSeries } from '../../src/app/past.ts'
import { frameText } from '../../src/app/text.ts'
import { viewOf } from '../../src/model/view.ts'
import { viewIn } from '../../src/app/state.ts'
import { columnsOf } from '../../src/app/time-axis.ts'
import { panelById } from '../../src/panels/registry.ts'
import { fakeScreen } from '../helpers/screen.ts'

test('rows come first, and have room for some more than there were lately', (t) => {
  t.is(linesForPast(20, 1, []), 15)
  t.is(linesForPast(20, 4, []), 11)
  t.is(linesForPast(20, 3, [4, 2]), 11, 'it does not go up and down with them')
  t.is(linesForPast(20, 10, []), 7)
  t.is(linesForPast(20, 11, []), 7)
  t.is(linesForPast(20, 12, []), 0, 'too low to be read')
  t.is(linesForPast(20, 200, []), 0)
  t.is(linesForPast(9, 0, []), 0)
})

const lines = (text: string, from: string): string[] => {
  const all = text.split('\n')
  const at = all.findIndex((line) => line.includes(from))
  return at < 0 ? [] : all.slice(at)
}

test('each figure with its name, its newest value and how it was', (t) => {
  const screen = fakeScreen({ width: 120, height: 50, ticks: 5 })
  screen.press('4')
  const past = lines(screen.text(), 'over time')
  for (const label of ['sessions', 'opened/s', 'accepted/s', 'closed/s', 'refused/s', 'reset/s', 'retr/s'])
    t.is(past.filter((line) => line.startsWith(`│ ${label} `)).length, 1, label)
  const sessions = past.find((line) => line.includes('│ sessions'))!
  t.regex(sessions, /sessions +7 +·+─{5} │$/, 'a column an interval; what stayed the same is a line')
  t.regex(
    past.find((line) => line.includes('│ reset/s'))!,
    /reset\/s +0 +·+─{5} │$/,
    'nothing is not that nobody looked',
  )
  t.true(past.some((line) => /-\d+s .* now │$/.test(line)))
})

test('the higher ones say what their height is, and those that stayed the same are not among them', (t) => {
  const columns = [1, 2, 3, 4].map((at) => ({ atMs: at * 1000, fromMs: (at - 1) * 1000 }))
  const drawn = createCanvas(PAST_MARGIN + 4, 9, true)
  const series = [
    { label: 'open', kind: 'count', values: [undefined, 700, 701, 700] },
    { label: 'sent/s', kind: 'rate', values: [8, 4, 0, 2] },
  ] as const
  drawPast(drawn, { x: 0, y: 0, width: drawn.width, height: 9 }, { panel: 'tcp', columns, series, endMs: 4000 })
  const rows = frameText(drawn).split('\n')
  t.regex(rows[1]!, /^ open +700 +·───$/)
  t.regex(rows[2]!, /^ sent\/s +2\.0 +█ *$/)
  t.regex(rows[3]!, /^ most +8\.0 +█ *$/)
  t.regex(rows[7]!, /^ +██─█$/, 'down to the lowest row: nothing is a line of its own')
})

test('a table that fills its place has it', (t) => {
  const screen = fakeScreen({ width: 120, height: 24, ticks: 5 })
  screen.press('4')
  t.deepEqual(lines(screen.text(), 'over time'), [])
})

test('what is shown at an instant ends with it', (t) => {
  const screen = fakeScreen({ width: 120, height: 50, ticks: 5 })
  screen.press('4', '[', '[')
  const sessions = lines(screen.text(), 'over time').find((line) => line.includes('│ sessions'))!
  t.regex(sessions, /·+─{3} │$/)
})

test('of latency its percentiles too, unless they are drawn already; none where nothing is known of it', (t) => {
  const screen = fakeScreen({ ticks: 3 })
  const panel = panelById('block')
  const view = viewIn(screen.state, screen.store)
  const columns = columnsOf(screen.state, view, panel, 10, screen.context.nowMs)
  const labels = (latency: 'all' | 'rate' | 'none') =>
    pastSeries(columns, view, panel, 'processes', latency).map(({ label }) => label)
  t.deepEqual(labels('all').slice(0, 5), ['n/s', 'p50', 'p99', 'max', 'rd'])
  t.deepEqual(labels('rate').slice(0, 2), ['n/s', 'rd'])
  t.is(labels('none')[0], 'rd')
  const [rate] = pastSeries(columns, view, panel, 'processes', 'rate')
  t.deepEqual(
    rate!.values.map((value) => value !== undefined),
    [...Array.from({ length: 7 }, () => false), true, true, true],
  )
  t.deepEqual(pastSeries([], viewOf(screen.store), panel, 'processes', 'all'), [])
})

test('of what it is narrowed to, figures that are not known have no line', (t) => {
  const screen = fakeScreen({ ticks: 3 })
  const panel = panelById('tcp')
  const view = viewIn(screen.state, screen.store)
  const columns = columnsOf(screen.state, view, panel, 10, screen.context.nowMs)
  const made = {
    ...panel,
    id: 'made',
    stats: () => [
      { label: 'not', kind: 'count' },
      { label: 'known', kind: 'count', value: 2 },
    ],
  }
  t.deepEqual(
    pastSeries(columns, view, made as never, 'sessions', 'none').map(({ label }) => label),
    ['known'],
  )
})

test('a click there goes to that instant', (t) => {
  const screen = fakeScreen({ width: 120, height: 50, ticks: 5 })
  screen.press('4')
  const rows = screen.text().split('\n')
  const y = rows.findLastIndex((line) => line.includes('│ sessions'))
  const { hits = [] } = frame(screen.state, screen.store, screen.context)
  const over = hits.findLast((hit) => hit.y <= y && y < hit.y + hit.height && hit.x <= 115 && 115 < hit.x + hit.width)!
  screen.act(over.at!(115 - over.x, y - over.y))
  t.true(screen.state.instantMs! < screen.store.ticks().at(-1)!)
  t.regex(
    lines(screen.text(), 'over time').find((line) => line.includes('│ sessions'))!,
    /·+─{3} │$/,
  )
})
