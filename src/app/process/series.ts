// A share of time on the process page: its name, what it is now, and beside that how it was over time.
import { formatPercent } from '../format.ts'
import { fit, fitLeft } from '../width.ts'
import type { Role } from '../../panels/panel-types.ts'
import type { Line } from '../lines.ts'
import { sparkRows, type Series } from '../spark.ts'

export interface SeriesLook {
  unicode: boolean
  /** Of the series; words stand in the lowest. */
  rows: number
}

const LABEL = 13
const NOW = 8

export const seriesLines = (
  label: string,
  now: number | undefined,
  series: Series,
  role: Role,
  { unicode, rows }: SeriesLook,
): Line[] =>
  sparkRows(series, unicode, role, rows).map((pieces, row): Line => [
    ...(row < rows - 1
      ? ([[' '.repeat(1 + LABEL + NOW)]] as Line)
      : ([
          [` ${fit(label, LABEL)}`, 'label'],
          [fitLeft(now === undefined ? '-' : `${formatPercent(now)}%`, NOW)],
        ] as Line)),
    ['  '],
    ...pieces,
  ])
