// Threads as they are at the end of the interval, and the stack of the selected one: beside the table where it is
// wide, below it otherwise.
import { formatDuration } from '../format.ts'
import { sanitize } from '../../stream/harmless.ts'
import type { StackFacts } from '../stacks/stack-facts.ts'
import type { StackParts } from '../stacks/page-parts.ts'
import { selectedThread, threadRows, whereOf, type ThreadRow } from '../stacks/threads.ts'
import { emptyText, frameName } from '../stacks/frame-words.ts'
import { shortenMiddle, fit, fitLeft } from '../width.ts'
import { fill, put, tint, type Canvas } from './grid.ts'
import type { Beyond } from './lines.ts'
import { firstRow } from '../moves.ts'
import { glyphsFor } from '../glyphs.ts'
import type { Rect } from '../app-types.ts'

const WIDE = 130

export const drawThreads = (canvas: Canvas, parts: StackParts, facts: StackFacts, search: string): Beyond => {
  const rows = threadRows(facts, search)
  if (rows.length === 0) {
    put(canvas, parts.view.x, parts.view.y, emptyText(facts), 'dim', parts.view.width)
    return { above: 0, below: 0 }
  }
  const [table, stack] = split({ ...parts.head, height: parts.detail.y + parts.detail.height - parts.head.y })
  const at = selectedThread(rows, facts)
  const beyond = drawTable(canvas, table, rows, at)
  drawStack(canvas, stack, rows[at]!)
  return beyond
}

const split = (rect: Rect): [Rect, Rect] => {
  if (rect.width >= WIDE) {
    const width = Math.floor(rect.width * 0.6)
    return [
      { ...rect, width: width - 2 },
      { ...rect, x: rect.x + width, width: rect.width - width },
    ]
  }
  const height = Math.ceil(rect.height / 2)
  return [
    { ...rect, height },
    { ...rect, y: rect.y + height, height: rect.height - height },
  ]
}

const drawTable = (canvas: Canvas, rect: Rect, rows: readonly ThreadRow[], at: number): Beyond => {
  const glyphs = glyphsFor(canvas.unicode)
  put(
    canvas,
    rect.x + 1,
    rect.y,
    `${fitLeft('TID', 7)} ${fit('THREAD', 15)} ST  ${fitLeft('FOR', 7)} ${fit('CALL', 14)} IN`,
    'label',
    rect.width - 1,
  )
  const room = rect.height - 1
  const first = firstRow(at, rows.length, room)
  rows.slice(first, first + room).forEach(({ thread, frames, matched }, index) => {
    const y = rect.y + 1 + index
    const forText = thread.state === 'cpu' ? '-' : thread.forNs === undefined ? 'before' : formatDuration(thread.forNs)
    const text =
      `${fitLeft(String(thread.tid), 7)} ${fit(sanitize(thread.comm), 15, glyphs.cut)} ${fit(thread.state, 3)} ` +
      `${fitLeft(forText, 7)} ${fit(sanitize(thread.call ?? '-'), 14, glyphs.cut)} `
    const x = put(
      canvas,
      rect.x + 1,
      y,
      text,
      matched ? 'match' : thread.state === 'D' || thread.state === 'Q' ? 'bad' : 'text',
      rect.width - 1,
    )
    const room = rect.x + rect.width - x
    const where = whereOf(frames)
    put(
      canvas,
      x,
      y,
      shortenMiddle(where ? frameName(where) : '-', room, glyphs.cut),
      matched ? 'match' : 'label',
      room,
    )
    if (matched) put(canvas, rect.x, y, '*', 'match')
    if (first + index !== at) return
    put(canvas, rect.x, y, glyphs.selected, 'selection')
    tint(canvas, rect.x, y, rect.width, 'selection')
  })
  return { above: first, below: Math.max(0, rows.length - first - room) }
}

const drawStack = (canvas: Canvas, rect: Rect, { thread, frames }: ThreadRow): void => {
  const glyphs = glyphsFor(canvas.unicode)
  fill(canvas, { ...rect, height: 1 }, 'border', glyphs.horizontal)
  put(canvas, rect.x, rect.y, `${sanitize(thread.comm)} (${thread.tid}), innermost first `, 'title', rect.width)
  if (frames.length === 0)
    put(
      canvas,
      rect.x,
      rect.y + 1,
      thread.state === 'cpu' ? 'running: it has no stack to show' : 'no stack could be read',
      'dim',
      rect.width,
    )
  const room = rect.height - 1
  frames.slice(0, room).forEach((frame, index) => {
    const hidden = frames.length - room
    const isLast = index === room - 1 && hidden > 0
    const text = isLast ? `and ${hidden + 1} more` : shortenMiddle(frameName(frame), rect.width - 1, glyphs.cut)
    put(
      canvas,
      rect.x + 1,
      rect.y + 1 + index,
      text,
      isLast ? 'dim' : frame.kind === 'kernel' ? 'label' : 'text',
      rect.width - 1,
    )
  })
}
