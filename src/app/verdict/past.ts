// How each rule's figure was over time, beside its thresholds.
import type { TimeColumn } from '../../model/series.ts'
import type { View } from '../../model/view.ts'
import type { Role } from '../../panels/panel-types.ts'
import type { Series } from '../spark.ts'
import type { Rule } from '../rule.ts'
import { RULES } from './rules.ts'
import { figuresAt, type VerdictOptions } from './verdict.ts'

/** By id of the rule, oldest first; undefined where it could not be told, or nobody looked. */
export const rulesPast = (
  columns: readonly TimeColumn<'sched'>[],
  view: View,
  options: VerdictOptions,
): ReadonlyMap<string, Series> => {
  const figures = columns.map(({ sample }) => sample && figuresAt(sample, view, options))
  return new Map(RULES.map(({ id }, of) => [id, figures.map((each) => known(each?.[of]))]))
}

const known = (value = NaN): number | undefined => (Number.isNaN(value) ? undefined : value)

/** As high as it can be is where the figure stands out, or the most there was beyond that. */
export const ruleScale = ({ warn }: Rule, values: Series): ((value: number) => number) => {
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), warn)
  return (value) => value / most
}

export const ruleRole =
  ({ warn, bad }: Rule) =>
  (value: number): Role =>
    value >= bad ? 'bad' : value >= warn ? 'warn' : 'series1'
