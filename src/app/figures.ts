// The line of figures above a panel's picture: the most important ones first to stay when it gets narrow.
import { cellAt } from '../panels/lazy-row.ts'
import type { Column, Row, Stat, Role } from '../panels/panel-types.ts'
import { sanitize } from '../stream/harmless.ts'
import { formatAge, formatDuration, formatRate, formatValue } from './format.ts'
import { lossRole, lossText, type Loss } from './loss.ts'
import type { Merged } from './merged.ts'

/** Below so many events a 99th percentile is the maximum under another name. */
export const LEAST_FOR_P99 = 100

export interface Figure {
  label: string
  text: string
  role?: Role
  priority: number
  /** No estimate in the cheaper tier either. */
  exact?: true
}

export const latencyFigures = (hist: Merged, intervalMs: number): Figure[] => {
  const perSecond = { label: 'n/s', text: formatRate((hist.count * 1000) / Math.max(1, intervalMs)), priority: 3 }
  // Of time off a CPU the kernel keeps no count: a zero would be a lie
  if (hist.counted)
    return hist.count > 0
      ? [{ label: 'mean', text: formatDuration(hist.sumNs / hist.count), priority: 0 }, perSecond]
      : []
  const written = (ns: number | undefined): string => (ns === undefined ? '-' : formatDuration(ns))
  return [
    { label: 'p50', text: written(hist.p50Ns), priority: 1 },
    { label: 'p90', text: written(hist.p90Ns), priority: 4 },
    { label: 'p99', text: hist.count >= LEAST_FOR_P99 ? written(hist.p99Ns) : '-', priority: 0 },
    { label: 'max', text: hist.count > 0 ? formatDuration(hist.maxNs) : '-', priority: 2 },
    perSecond,
    ...(hist.count >= LEAST_FOR_P99 && hist.p99ByTimeNs !== undefined
      ? [{ label: 'p99 by time', text: written(hist.p99ByTimeNs), priority: 20 }]
      : []),
  ]
}

/** Whose the longest one was, as far as a row says so: who waits most is first in the table, and hides who waited longest. */
export const worstFigure = (
  { columns, rows }: { columns: readonly Column[]; rows: readonly Row[] },
  { maxNs }: Pick<Merged, 'maxNs'>,
): Figure[] => {
  const max = columns.findIndex(({ id }) => id === 'max')
  const command = columns.findIndex(({ id }) => id === 'command')
  if (max < 0 || command < 0 || maxNs === 0) return []
  let worst: Row | undefined
  let longest = 0
  for (let i = 0; i < rows.length; i++) {
    const own = Number(cellAt(rows[i]!, max) ?? 0)
    if (own <= longest) continue
    longest = own
    worst = rows[i]!
  }
  const name = worst && (worst.comm ?? cellAt(worst, command))
  return longest >= SAME * maxNs && name ? [{ label: 'worst', text: sanitize(String(name)), priority: 21 }] : []
}

/** Of the longest one: counted beside a histogram, it may be a little shorter than that has it. */
const SAME = 0.9

/** None where none is known: they are of all, and what is shown is narrowed to a part. */
export const statFigures = (stats: readonly Stat[]): Figure[] =>
  (stats.some(({ value }) => value !== undefined) ? stats : []).map(({ label, kind, value, role, exact }, index) => ({
    label,
    text: value === undefined ? '-' : formatValue(value, kind),
    ...(role && value ? { role } : {}),
    ...(exact ? { exact } : {}),
    priority: 5 + index,
  }))

export const lostFigure = (loss: Loss | undefined): Figure[] =>
  loss ? [{ label: 'lost', text: lossText(loss), role: lossRole(loss), priority: 2.5 }] : []

/** Of an instant that is over: all in one role, behind how old they are where that is not said already. */
export const staleFigures = (figures: readonly Figure[], ageMs: number | undefined): Figure[] => [
  ...(ageMs === undefined ? [] : [{ label: 'stale', text: formatAge(ageMs), role: 'stale' as const, priority: -1 }]),
  ...figures.map((figure): Figure => ({ ...figure, role: 'stale' })),
]

const widthOf = ({ label, text }: Figure): number => label.length + text.length + 3

export const figuresWidth = (figures: readonly Figure[]): number => {
  let width = 0
  for (let i = 0; i < figures.length; i++) width += widthOf(figures[i]!)
  return width
}

/** As many as fit, in their order. */
export const fitFigures = (figures: readonly Figure[], width: number): readonly Figure[] => {
  if (figuresWidth(figures) - 2 <= width) return figures
  const kept = new Set<Figure>()
  let used = -2
  for (const figure of [...figures].sort(byPriority)) {
    const columns = widthOf(figure)
    if (used + columns > width) continue
    kept.add(figure)
    used += columns
  }
  return figures.filter((figure) => kept.has(figure))
}

const byPriority = (a: Figure, b: Figure): number => a.priority - b.priority
