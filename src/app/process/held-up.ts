// The section of the process page that says who or what holds it up: a line for each of its threads that waits for
// something, by the chains of the last interval.
import type { View } from '../../model/view.ts'
import { lastedNs } from '../../model/tables/evaluate.ts'
import { columnAt, type TableCell } from '../../stream/tables.ts'
import { isDescribed } from '../../stream/stream-types.ts'
import { formatDuration } from '../format.ts'
import type { Role } from '../../panels/panel-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import { WAITS } from '../../stream/probe-ids.ts'
import { fit, fitLeft, linesWithin, wrap } from '../width.ts'
import type { Line } from '../lines.ts'
const IDLE = new Set<TableCell | undefined>(['idle', 'timer', 'event'])
const DEADLOCK = 2
/** Columns of a line in front of its chain. */
const BEFORE = 31
const LEAST_ROOM = 20

export const waitLines = (view: View, pid: number, width: number, most: number): Line[] => {
  const sample = view.latest(WAITS)
  const data = sample && isDescribed(sample) ? sample.data : undefined
  const table = data?.tables.chains
  const cell = (row: readonly TableCell[], id: string): TableCell | undefined => row[columnAt(table!, id)]
  const mine = table?.rows.filter((row) => cell(row, 'pid') === pid) ?? []
  const waiting = mine.filter((row) => !IDLE.has(cell(row, 'class')))
  const idle = mine.length - waiting.length
  const roleOf = (row: readonly TableCell[]): Role => {
    const closed = Number(cell(row, 'closed'))
    return closed >= DEADLOCK ? 'bad' : closed > 0 ? 'warn' : 'text'
  }
  const room = Math.max(LEAST_ROOM, width - BEFORE - 2)
  // a chain says the most at its end: where few wait there is room for all of it
  const linesEach = Math.max(1, Math.floor(most / waiting.length))
  return [
    [
      ['Held up by', 'title'],
      ['  x: every link', 'key'],
      [idle > 0 ? `  ${idle} thread${idle === 1 ? '' : 's'} idle, or waiting for its own threads` : '', 'dim'],
    ],
    ...(waiting.length === 0 ? [[[' nothing at the end of this interval', 'dim']] as Line] : []),
    ...waiting.slice(0, most).flatMap((row): Line[] => {
      const [first, ...others] = linesWithin(wrap(sanitize(String(cell(row, 'chain'))), room), linesEach, room, '~')
      const role = roleOf(row)
      return [
        [
          [fitLeft(String(cell(row, 'tid')), 8), 'dim'],
          [` ${fit(sanitize(String(cell(row, 'thread'))), 12)}`],
          [fitLeft(formatDuration(lastedNs(data!, Number(cell(row, 'sinceNs'))) ?? 0), 8), 'dim'],
          ['  '],
          [first!, role],
        ],
        ...others.map((line): Line => [[' '.repeat(BEFORE)], [line, role]]),
      ]
    }),
    ...(waiting.length > most ? [[[` and ${waiting.length - most} more`, 'dim']] as Line] : []),
  ]
}
