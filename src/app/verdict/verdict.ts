// What stands out at an instant: every rule asked, worst findings first. A pure function of the store; the whole one,
// whatever the screen is narrowed to.
import { createLatest } from '../../model/memo.ts'
import type { View } from '../../model/view.ts'
import type { Sample } from '../../stream/stream-types.ts'
import type { ProbeId } from '../../stream/probe-ids.ts'
import { digits, formatBytes, formatCount, formatDuration, formatPercent, formatRate } from '../format.ts'
import { firstWithin, type Figure, type Goal, type Measured, type Rule, type Thresholds, type Window } from '../rule.ts'
import { RULES } from './rules.ts'

export interface Finding {
  rule: Rule
  key: string
  role: 'warn' | 'bad'
  /** By how much it is over what is bad. */
  weight: number
  sentence: string
  to: Goal
}

/** What came of a rule: the worst figure where nothing stands out, or why nobody can tell. */
export type Check =
  | { rule: Rule; is: 'found'; findings: Finding[]; value: number }
  /** `none`: nothing was there to be measured. */
  | { rule: Rule; is: 'fine'; none: boolean; value: number }
  | { rule: Rule; is: 'blind'; why: string }

export interface Verdict {
  findings: Finding[]
  checks: Check[]
}

export interface VerdictOptions {
  thresholds?: Thresholds
  /** A recording or snapshot may hold less than a rule's time. */
  replay?: boolean
}

const NONE: Thresholds = {}

export const verdictOf = ({ whole: view }: View, { thresholds = NONE, replay = false }: VerdictOptions): Verdict => {
  const known = made.get(view.store)
  const key = `${view.store.version()} ${view.atMs} ${replay}`
  if (known?.key === key && known.thresholds === thresholds) return known.verdict
  const checks = checksAt(view, thresholds, replay)
  const last = view.latest('sched')
  if (last && last.atMs === newestTick(view)) keptIn(view).set(last, figuresOf(checks))
  const findings: Finding[] = []
  for (let i = 0; i < checks.length; i++) {
    const check = checks[i]!
    if (check.is === 'found') findings.push(...check.findings)
  }
  findings.sort(byWeight)
  const verdict = { findings, checks }
  made.set(view.store, { key, thresholds, verdict })
  return verdict
}

const byWeight = (a: Finding, b: Finding): number => b.weight - a.weight || (a.sentence < b.sentence ? -1 : 1)

const made = new WeakMap<View['store'], { key: string; thresholds: Thresholds; verdict: Verdict }>()

const checksAt = (view: View, thresholds: Thresholds, replay: boolean): Check[] => {
  const windows = new Windows(view)
  const rules = rulesWith(thresholds)
  const checks: Check[] = []
  for (let i = 0; i < rules.length; i++) checks.push(checkIn(windows.of(rules[i]!), rules[i]!, replay))
  return checks
}

const rulesWith = createLatest((thresholds: Thresholds): readonly Rule[] =>
  RULES.map((rule) => ({ ...rule, ...thresholds[rule.id] })),
)

/** The figure of each rule at the end of an interval, NaN where it could not be told. What was in the header is known. */
export const figuresAt = (
  sample: Sample<'sched'>,
  { whole }: View,
  { thresholds = NONE, replay = false }: VerdictOptions,
): Float64Array => {
  const kept = keptIn(whole)
  let known = kept.get(sample)
  if (!known) kept.set(sample, (known = figuresOf(checksAt(whole.at(sample.atMs), thresholds, replay))))
  return known
}

/** By the scheduler's sample of the interval, as long as that is kept. */
type Kept = WeakMap<Sample<'sched'>, Float64Array>
const figures = new WeakMap<View['store'], Kept>()

const keptIn = ({ store }: View): Kept => {
  let kept = figures.get(store)
  if (!kept) figures.set(store, (kept = new WeakMap()))
  return kept
}

const figuresOf = (checks: readonly Check[]): Float64Array => {
  const figures = new Float64Array(checks.length)
  for (let i = 0; i < checks.length; i++) {
    const check = checks[i]!
    figures[i] = check.is === 'blind' ? NaN : check.value
  }
  return figures
}

/** `replay`: over what there is, if that is less than its time. */
export const checkRule = (rule: Rule, view: View, replay: boolean): Check =>
  checkIn(new Windows(view).of(rule), rule, replay)

const checkIn = (window: Window | string, rule: Rule, replay: boolean): Check => {
  if (typeof window === 'string') return { rule, is: 'blind', why: window }
  const isShort = !replay && window.elapsedMs < rule.overMs * ENOUGH
  const early = isShort ? `known after ${rule.overMs / 1000} s` : undefined
  // What was counted up to now will not become less
  const why = rule.blind?.(window) ?? (rule.figure === 'count' ? undefined : early)
  if (why !== undefined) return { rule, is: 'blind', why }
  const measured = rule.measure(window)
  let value = 0
  for (let i = 0; i < measured.length; i++) value = Math.max(value, measured[i]!.value)
  const findings = value < rule.warn ? [] : measured.flatMap((each) => findingOf(rule, each) ?? [])
  if (findings.length > 0) return { rule, is: 'found', findings, value }
  if (early !== undefined) return { rule, is: 'blind', why: early }
  return { rule, is: 'fine', value, none: measured.length === 0 }
}

/** The first interval after a start is a short one. */
const ENOUGH = 0.7
/** Of intervals as short as can be. */
const MOST_SAMPLES = 600
const FEW_SAMPLES = 16
/** Later than that a sample is not about now. */
const OLD_INTERVALS = 3

/** The last ones, at least as many as cover that time, as far as there are any. Few do mostly, and who keeps hours does not go
 * through them for each rule. */
const samplesOver = (view: View, probe: ProbeId, overMs: number): Sample[] => {
  for (let count = FEW_SAMPLES; ; count *= 2) {
    const samples = view.samples(probe, Math.min(count, MOST_SAMPLES)) as Sample[]
    if (samples.length < count || count >= MOST_SAMPLES || isEnough(samples, overMs)) return samples
  }
}

/** They reach further back than that. */
const isEnough = (samples: readonly Sample[], overMs: number): boolean =>
  samples.length > 0 && samples[0]!.atMs <= samples.at(-1)!.atMs - overMs

/** Those of one instant, each made once: what is found in one for a rule is there for the next. */
class Windows {
  readonly #view: View
  readonly #newestMs: number | undefined
  readonly #known: { probe: ProbeId; overMs: number; all: readonly Sample[]; window: Window | string }[] = []

  constructor(view: View) {
    this.#view = view
    this.#newestMs = newestTick(view)
  }

  of({ probe: own, overMs }: Rule): Window | string {
    // What has no probe of its own is told as often as the scheduler is asked
    const probe = own ?? ('sched' as ProbeId)
    let all: readonly Sample[] | undefined
    for (let i = 0; i < this.#known.length; i++) {
      const each = this.#known[i]!
      if (each.probe !== probe) continue
      if (each.overMs === overMs) return each.window
      if (isEnough(each.all, overMs)) all = each.all
    }
    all ??= samplesOver(this.#view, probe, overMs)
    const window = windowOf(probe, overMs, all, this.#view, this.#newestMs)
    this.#known.push({ probe, overMs, all, window })
    return window
  }
}

const windowOf = (
  probe: ProbeId,
  overMs: number,
  all: readonly Sample[],
  view: View,
  newestMs: number | undefined,
): Window | string => {
  const status = view.status(probe)
  if ('why' in status) return `${probe} ${status.is}: ${status.why}`
  const last = all.at(-1)
  if (!last || (newestMs !== undefined && newestMs - last.atMs > OLD_INTERVALS * last.intervalMs))
    return status.is === 'off'
      ? `the panel ${probe} is not open`
      : last
        ? `the probe ${probe} is late`
        : `the probe ${probe} has no numbers yet`
  if (!view.hasRows(last)) return 'rows this old are no longer kept'
  const samples: Sample[] = []
  let elapsedMs = 0
  for (let i = firstWithin(all, last.atMs - overMs); i < all.length; i++) {
    samples.push(all[i]!)
    elapsedMs += all[i]!.intervalMs
  }
  return { samples, last, elapsedMs, view }
}

const newestTick = ({ store, atMs }: View): number | undefined =>
  atMs === undefined ? store.ticks().at(-1) : store.ticks().findLast((tick) => tick <= atMs)

const findingOf = (rule: Rule, { key, value, says, to }: Measured): Finding | undefined =>
  value > 0 && value >= rule.warn
    ? {
        rule,
        key,
        role: value >= rule.bad ? 'bad' : 'warn',
        weight: value >= rule.bad ? 1 + value / rule.bad : value / rule.bad,
        sentence: says(figureText(value, rule.figure)),
        to,
      }
    : undefined

const WRITTEN: Record<Figure, (value: number) => string> = {
  percent: formatPercent,
  duration: formatDuration,
  rate: formatRate,
  count: formatCount,
  byteRate: formatBytes,
  perCpu: digits,
}

const figureText = (value: number, figure: Figure): string => WRITTEN[figure](value)

const UNITS: Record<Figure, string> = { percent: '%', duration: '', rate: '/s', count: '', byteRate: '/s', perCpu: '' }

/** The most that was measured. */
export const worstText = ({ rule, value, none }: Extract<Check, { is: 'fine' }>): string =>
  none ? 'none' : withUnit(value, rule.figure)

const withUnit = (value: number, figure: Figure): string =>
  figureText(value, figure).replace(/\.0+(?=\D|$)/, '') + UNITS[figure]

interface LimitWords {
  warn: string
  /** Empty: whatever stands out is as bad as it gets. */
  bad: string
  over: string
}

export const limitsOf = ({ warn, bad, overMs, figure }: Rule): LimitWords => ({
  warn: withUnit(warn, figure),
  bad: bad > warn ? withUnit(bad, figure) : '',
  over: `${overMs / 1000} s`,
})

/** `stands out at 40% over 5 s, bad at 80%`. */
export const limitsText = (rule: Rule): string => {
  const { warn, bad, over } = limitsOf(rule)
  return `stands out at ${warn} over ${over}${bad && `, bad at ${bad}`}`
}
