// What a panel's title line says in numbers, on the screen and in batch output.
import { lacksLatency } from '../../model/narrow.ts'
import type { Histogram } from '../../stream/tables.ts'
import type { Sample } from '../../stream/stream-types.ts'
import { latencyFigures, lostFigure, statFigures, worstFigure, type Figure } from '../figures.ts'
import type { Loss } from '../loss.ts'
import type { Merged } from '../merged.ts'
import { rangeFigures } from '../ranges.ts'
import type { Table } from './rows.ts'
import { estimatedFigures } from '../tier.ts'

interface Measured {
  hist: Merged | undefined
  ranges: Histogram | undefined
  loss: Loss | undefined
}

export const panelFigures = (
  table: Table,
  sample: Sample,
  mode: string,
  { hist, ranges, loss }: Measured,
): readonly Figure[] => [
  ...estimatedFigures(
    [
      ...(hist && !lacksLatency(sample)
        ? [...latencyFigures(hist, sample.intervalMs), ...worstFigure(table, hist)]
        : []),
      ...(ranges ? rangeFigures(ranges, sample.intervalMs, table.panel.timeAs?.(mode)) : []),
      ...statFigures(table.panel.stats(sample, mode)),
    ],
    sample,
  ),
  ...lostFigure(loss),
]
