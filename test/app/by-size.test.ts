// What gives way as a screen gets narrower or lower: header, titles, headings with a row, footer, pictures and charts; and
// the title of a panel in ever less room.
import test from 'ava'
import { createCanvas } from '../../src/app/draw/grid.ts'
import { drawNotes, drawTitle, inside, type Title } from '../../src/app/draw/panel-frame.ts'
import type { Piece } from '../../src/app/lines.ts'
import { frameText } from '../../src/app/text.ts'
import { golden } from '../helpers/golden.ts'
import { chartsText } from '../helpers/planes.ts'
import { fakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { charsOf } from '../helpers/grids.ts'

const WIDTHS = [60, 61, 67, 73, 80, 87, 93, 99, 100, 107, 120, 133, 150, 179, 180, 201, 240]

const byWidth = (name: string, keys: readonly string[], only: readonly number[]): void => {
  test(name, (t) => {
    const texts = WIDTHS.map((width) => {
      const screen = fakeScreen({ ticks: 30, width, height: 40, targetPid: 812, detail: true, cost: true })
      screen.press(...keys)
      const lines = screen.picture().split('\n')
      return [`${width}:`, ...only.map((at) => lines.at(at)!.trimEnd())].join('\n')
    })
    golden(t, `widths/${name}`, texts.join('\n'))
  })
}

// header, the line below it, the title, figures, a heading, a row, the end of the frame, keys
byWidth('runq', ['1', 'down'], [0, 1, 2, 3, 19, 21, 22, 23, 24, 38, 39])
byWidth('tcp', ['4', 'down', 'd', 'escape'], [2, 3, 6, 7, 8, 38, 39])
byWidth('syscalls', ['5', 'c', '[', '['], [0, 1, 2, 3, 22, 23, 24, 25, 26, 38, 39])
byWidth('narrowed', ['3', 'down', 'enter', '2', '/', 'p', 'o', 'enter'], [1, 2, 3, 39])
byWidth('process', ['down', 'enter'], [1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24, 39])
byWidth('filter', ['2', '/', 'p', 'o', 's'], [39])

const HEIGHTS = [16, 17, 19, 21, 24, 27, 31, 36, 41, 47, 54, 62]

const byHeight = (name: string, keys: readonly string[], options: ScreenOptions = {}): void => {
  test(`${name}, by height`, (t) => {
    const texts = HEIGHTS.map((height) => {
      const screen = fakeScreen({ ticks: 80, width: 77, height, targetPid: 812, detail: true, ...options })
      screen.press(...keys)
      const drawn = screen.drawn()
      const lines = frameText(drawn.grid).split('\n').slice(2, -1)
      return [`${height}:`, ...lines.map((line) => line.trimEnd()), chartsText(drawn)].join('\n')
    })
    golden(t, `heights/${name}`, texts.join('\n'))
  })
}

byHeight('runq', ['1', 'down'])
byHeight('plain', ['3'], { colour: false, unicode: false })
byHeight('tcp', ['4'])
byHeight('time', ['a'])
byHeight('process', ['down', 'enter'])
byHeight('overview', ['down'])

test('what a frame leaves: with lines all around, or with a title alone', (t) => {
  const rect = { x: 2, y: 3, width: 20, height: 10 }
  t.deepEqual(inside(rect, true), { x: 3, y: 4, width: 18, height: 8 })
  t.deepEqual(inside(rect, false), { x: 2, y: 4, width: 20, height: 9 })
})

const TITLE: Title = {
  name: '1 run queue',
  details: ['by process', '3/12 rows'],
  isUsual: false,
  figures: [
    { label: 'p50', text: '1ms', priority: 1 },
    { label: 'p99', text: '20ms', priority: 0, role: 'bad' },
    { label: 'max', text: '3s', priority: 2 },
  ],
  tab: { label: 'by process', action: { do: 'mode' } },
}

const titled = (width: number, title: Title, status: Piece | undefined, boxed: boolean, focused: boolean): string => {
  const canvas = createCanvas(width, 3, true)
  drawTitle(canvas, { id: 'runq', rect: { x: 0, y: 0, width, height: 3 }, boxed }, title, status, focused)
  drawNotes(canvas, { x: 0, y: 0, width, height: 3 }, ['one', 'two three'])
  const [hit] = canvas.hits
  const text = (y: number): string =>
    charsOf(canvas)
      .slice(y * width, (y + 1) * width)
      .join('')
  return `${String(width).padStart(3)} ${text(0)}  ${hit ? `${hit.x} ${hit.width}` : '-'}  ${text(2).trim()}`
}

test('the title of a panel, and its notes, in ever less room', (t) => {
  const widths = Array.from({ length: 34 }, (_, i) => 12 + 2 * i + (i % 2))
  const kinds: [string, Title, Piece | undefined, boolean, boolean][] = [
    ['all of it', TITLE, ['live', 'good'], true, true],
    ['usual', { ...TITLE, isUsual: true }, ['live', 'good'], true, false],
    ['without figures', { ...TITLE, figures: [] }, ['too costly', 'warn'], false, true],
    ['without a status', TITLE, undefined, false, false],
  ]
  golden(
    t,
    'widths/title',
    kinds.flatMap(([name, ...kind]) => [name, ...widths.map((width) => titled(width, ...kind))]).join('\n'),
  )
})
