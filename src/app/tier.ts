// How a sample was got, in words and marks, where it is not in full: what is estimated has a ~ before it.
import type { Column, Kind } from '../panels/panel-types.ts'
import type { Tier } from '../stream/cost-message.ts'
import type { Sample } from '../stream/stream-types.ts'
import { formatPercent, formatWait } from './format.ts'
import type { Figure } from './figures.ts'

/** For a title. */
export const tierWord = (tier: Tier): string =>
  tier.is === 'sampled' && tier.error !== undefined ? `sampled ±${formatPercent(tier.error * 100)}%` : tier.is

/** Beside the numbers: what it means, why, and until when. `estimates`: of what it is said how far it may be off. */
export const tierNote = (tier: Tier, estimates = 'totals'): string => {
  const { is, observed, windows = 0, error, why, hint, retryMs, fullPercent } = tier
  const how =
    is === 'counted'
      ? 'sums of the kernel, no distribution'
      : observed === undefined
        ? `of ${windows} instant${windows === 1 ? '' : 's'}`
        : `${formatPercent(observed * 100)}% of the time seen, in ${windows} windows${error === undefined ? '' : `; ${estimates} ±${formatPercent(error * 100)}%`}`
  return fullPercent !== undefined
    ? `${how}; in full it would take ${formatPercent(fullPercent)}% of all CPUs now: ${why}`
    : retryMs > 0
      ? `${how}; in full in ${formatWait(retryMs)}: ${why}`
      : `${how}; ${why} (${hint})`
}

const ESTIMATED: readonly Kind[] = ['count', 'rate', 'bytes', 'byteRate', 'percent']

export const estimatedFigures = (figures: readonly Figure[], { tier }: Sample): readonly Figure[] =>
  tier?.is === 'sampled'
    ? figures.map((figure) => (figure.exact ? figure : { ...figure, text: `~${figure.text}` }))
    : figures

export const estimatedColumns = (columns: readonly Column[], sample: Sample | undefined): readonly Column[] =>
  sample?.tier?.is === 'sampled'
    ? columns.map((column) =>
        ESTIMATED.includes(column.kind) && !column.exact ? { ...column, title: `~${column.title}` } : column,
      )
    : columns
