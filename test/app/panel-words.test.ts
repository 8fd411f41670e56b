// What stands in the place of numbers: why there are none, in the order of what to read first.
import test from 'ava'
import { createCanvas } from '../../src/app/draw/grid.ts'
import { drawReason, drawWords } from '../../src/app/draw/panel-words.ts'
import { initialState, panelIn } from '../../src/app/state.ts'
import type { PanelStatus } from '../../src/app/probes/status.ts'
import { charsOf } from '../helpers/grids.ts'

const panel = panelIn(initialState(), 'runq')
const drawn = (status: unknown, height = 5, width = 30): string[] => {
  const canvas = createCanvas(width, height, true)
  drawReason(canvas, { x: 0, y: 0, width, height }, status as PanelStatus, panel)
  return Array.from({ length: height }, (_, y) =>
    charsOf(canvas)
      .slice(y * width, (y + 1) * width)
      .join('')
      .trimEnd(),
  )
}

test('why, what was said, when it is tried again, and what to do', (t) => {
  t.deepEqual(drawn({ is: 'failed', why: 'it is broken', excerpt: ['line 1'], retryMs: 24_000, hint: 'fix it' }), [
    ' it is broken',
    ' line 1',
    ' trying again in 24s',
    ' fix it',
    '',
  ])
  t.deepEqual(drawn({ is: 'failed', why: 'it is broken', retryMs: 0 }).slice(1, 3), [' trying again in a moment', ''])
  t.deepEqual(drawn({ is: 'unsupported', why: 'one two three four five six seven', hint: '' }, 3, 20), [
    ' one two three four',
    ' five six seven',
    '',
  ])
})

test('off, and not there yet with what it will tell', (t) => {
  t.deepEqual(drawn({ is: 'off' })[0], ' this probe is off')
  t.deepEqual(drawn({ is: 'starting' }, 3, 60), [' waiting for the first interval', ` ${panel.question}`, ''])
  t.deepEqual(drawn({ is: 'starting', again: { why: 'no such hook', attempt: 2, of: 6 } }, 3, 60), [
    ' no such hook',
    ' trying again now: attempt 2 of 6',
    ` ${panel.question}`,
  ])
})

test('words are wrapped and cut to their place', (t) => {
  const canvas = createCanvas(10, 2, true)
  drawWords(canvas, { x: 0, y: 0, width: 10, height: 2 }, 'aaa bbb ccc ddd eee')
  t.deepEqual(charsOf(canvas).join(''), ' aaa bbb   ccc ddd… ')
})
