// The busy part of all time over time: its cells, from the bottom up, what is between intervals, and its legend.
import test from 'ava'
import { createCanvas } from '../../src/app/draw/grid.ts'
import { drawLegend, drawTimes } from '../../src/app/draw/times.ts'
import { noTimes } from '../../src/model/waits/time-split.ts'
import { charsOf } from '../helpers/grids.ts'

const times = (more: Partial<ReturnType<typeof noTimes>>) => ({ ...noTimes(), ...more })

const linesOf = (width: number, height: number, draw: (canvas: ReturnType<typeof createCanvas>) => void): string[] => {
  const canvas = createCanvas(width, height, false)
  draw(canvas)
  return Array.from({ length: height }, (_, y) =>
    charsOf(canvas)
      .slice(y * width, (y + 1) * width)
      .join('')
      .trimEnd(),
  )
}

test('a column an interval, filled from the bottom by shares of what is busy; a gap is a mark at the bottom', (t) => {
  const columns = [times({ user: 3, system: 1 }), undefined, times({ system: 2, runq: 2 })]
  const rect = { x: 1, y: 1, width: 10, height: 4 }
  t.deepEqual(
    linesOf(12, 6, (canvas) => drawTimes(canvas, rect, columns)),
    ['', '  busy k w', '       u w', '       u k', '       u`k', ''],
  )
})

test('the legend names what is drawn: all where there is room, else what is half a percent of it', (t) => {
  const columns = [times({ user: 994, runq: 6, idle: 90_000 }), undefined, times({ system: 3.9 })]
  const legend = (width: number) =>
    linesOf(60, 1, (canvas) => drawLegend(canvas, { x: 0, y: 0, width, height: 1 }, columns))[0]
  t.is(legend(50), 'u user  k system  w run queue  . idle wait')
  t.is(legend(41), 'u user  w run queue  . idle wait')
  t.is(legend(19), 'u user  w run queue')
  t.is(legend(18), 'u user')
})

test('where not all have room those that are most of it are named, in their order', (t) => {
  const columns = [times({ user: 2, runq: 1, lock: 1, other: 6, idle: 50 })]
  t.is(
    linesOf(60, 1, (canvas) => drawLegend(canvas, { x: 0, y: 0, width: 20, height: 1 }, columns))[0],
    'u user  o other',
  )
})
