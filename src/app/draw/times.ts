// The busy part of all time over time, a column an interval, newest right: as many cells of each class as are its share, in
// its letter and colour. How much that is of all is another matter, which the figures say.
import { BUSY, CLASS_WORDS, TIME_CLASSES, type TimeClass } from '../../stream/time-classes.ts'
import type { ClassTimes } from '../../model/waits/time-split.ts'
import { wholeCells } from '../../model/whole-cells.ts'
import { CLASS_ROLES } from '../time-classes.ts'
import type { Rect } from '../app-types.ts'
import { glyphsFor } from '../glyphs.ts'
import { LABEL_WIDTH } from './heat.ts'
import { put, type Canvas } from './grid.ts'

const LEAST_SHARE = 0.005

/** Letters and words of those classes that are in the columns: all where there is room, else those that are most of what is
 * drawn, which is the busy part for what is busy. */
export const drawLegend = (
  canvas: Canvas,
  { x, y, width }: Rect,
  columns: readonly (Readonly<ClassTimes> | undefined)[],
): void => {
  const sums = TIME_CLASSES.map((each) => columns.reduce((sum, ns) => sum + (ns?.[each] ?? 0), 0))
  const sumOf = (classes: readonly TimeClass[]): number =>
    classes.reduce((sum, each) => sum + sums[TIME_CLASSES.indexOf(each)]!, 0)
  const [total, busy] = [sumOf(TIME_CLASSES), sumOf(BUSY)]
  const shareOf = (each: TimeClass): number => sumOf([each]) / (BUSY.includes(each) ? busy : total)
  const there = TIME_CLASSES.filter((_, index) => sums[index]! > 0)
  const told = lackOf(there, width) <= 0 ? there : largestIn(there, shareOf, width)
  let at = x
  for (const each of told) {
    const [letter, words] = CLASS_WORDS[each]
    at = put(canvas, at, y, letter, CLASS_ROLES[each])
    at = put(canvas, at + 1, y, words, 'label') + 2
  }
}

/** What the words of all of them lack of it. */
const lackOf = (classes: readonly TimeClass[], width: number): number =>
  classes.reduce((sum, each) => sum + CLASS_WORDS[each][1].length + 4, -2) - width

const largestIn = (there: readonly TimeClass[], shareOf: (each: TimeClass) => number, width: number): TimeClass[] => {
  const told = there
    .filter((each) => shareOf(each) > LEAST_SHARE)
    // of the chart before those of bars alone
    .toSorted((a, b) => Number(BUSY.includes(b)) - Number(BUSY.includes(a)) || shareOf(b) - shareOf(a))
    .reduce((most: TimeClass[], each) => (lackOf([...most, each], width) <= 0 ? [...most, each] : most), [])
  return there.filter((each) => told.includes(each))
}

export const drawTimes = (
  canvas: Canvas,
  { x, y, height }: Rect,
  columns: readonly (Readonly<ClassTimes> | undefined)[],
): void => {
  put(canvas, x, y, 'busy'.padStart(LABEL_WIDTH - 1), 'label', LABEL_WIDTH - 1)
  const { noData } = glyphsFor(canvas.unicode)
  columns.forEach((ns, column) => {
    const left = x + LABEL_WIDTH + column
    if (!ns) return put(canvas, left, y + height - 1, noData, 'border')
    // from the bottom up
    let row = y + height - 1
    wholeCells(
      BUSY.map((each) => ns[each]),
      height,
    ).forEach((count, index) => {
      const each = BUSY[index]!
      for (let i = 0; i < count; i++) put(canvas, left, row--, CLASS_WORDS[each][0], CLASS_ROLES[each])
    })
  })
}
