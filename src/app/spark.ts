// A series over time as little bars, in one row of text.
import { glyphsFor } from './glyphs.ts'
import type { Piece } from './lines.ts'
import type { Role } from '../panels/panel-types.ts'

export type Series = readonly (number | undefined)[]

/** So many rows, the highest first; where nobody looked is told in the last. */
export const sparkRows = (
  values: Series,
  unicode: boolean,
  role: Role | ((value: number) => Role),
  rows: number,
  scale = scaleOf(values, false),
): Piece[][] => {
  const roleOf = typeof role === 'function' ? role : () => role
  return Array.from({ length: rows }, (_, row) =>
    sparkRow(values, scale, unicode, roleOf, { below: rows - 1 - row, rows }),
  )
}

const sparkRow = (
  values: Series,
  scale: (value: number) => number,
  unicode: boolean,
  roleOf: (value: number) => Role,
  { below, rows }: { below: number; rows: number },
): Piece[] => {
  const { levels, noData } = glyphsFor(unicode)
  const pieces: [string, Role][] = []
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    const height = value === undefined || value <= 0 ? 0 : Math.max(1, Math.round(scale(value) * 8 * rows))
    const level = Math.min(8, height - 8 * below)
    const char = value === undefined ? (below === 0 ? noData : ' ') : level > 0 ? levels[level - 1]! : ' '
    const shown = value === undefined ? 'border' : roleOf(value)
    const last = pieces.at(-1)
    if (last?.[1] === shown) last[0] += char
    else pieces.push([char, shown])
  }
  return pieces
}

/** From nothing to 1 of the most. `log`: from the least, by equal factors. */
export const scaleOf = (values: Series, log: boolean): ((value: number) => number) => {
  const known = values.filter((value) => value !== undefined && value > 0) as number[]
  if (known.length === 0) return () => 0
  const most = known.reduce((max, value) => Math.max(max, value), 0)
  if (!log) return (value) => value / most
  // Half of the least, so that the least can be seen; at least a factor of four, so that noise looks like noise
  const least = Math.min(known.reduce((min, value) => Math.min(min, value), Infinity) / 2, most / 4)
  return (value) => Math.log(value / least) / Math.log(most / least)
}
