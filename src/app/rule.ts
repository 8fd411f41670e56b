// What a rule of the verdict is: a figure over some time, from where on it stands out, the sentence it is said in, and
// where one goes to see more. Rules are in rules.ts; how each figure is had from samples is beside them.
import type { View } from '../model/view.ts'
import type { PanelId, Sort } from '../panels/panel-types.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'

interface Limits {
  warn: number
  bad: number
  /** Over which the figure is taken. */
  overMs: number
}

/** By id of the rule; from the configuration. */
export type Thresholds = Readonly<Record<string, Partial<Limits>>>

/** Where a finding leads: a panel, as it has to be to show it, and the row in it. */
export interface Goal {
  panel: PanelId
  mode?: string
  sort?: Sort
  row?: { key: string; pid?: number; startedMs?: number; comm?: string }
}

/** Something a rule measured, whether it stands out or not. */
export interface Measured {
  /** What it is about, the same from one interval to the next. */
  key: string
  value: number
  /** The sentence; `value` is the figure as written. Names go in as they came. */
  says(value: string): string
  to: Goal
}

/** The samples of the rule's probe within its time, oldest first, at least one. */
export interface Window<P extends ProbeId = any> {
  samples: readonly Sample<P>[]
  /** The newest of them. */
  last: Sample<P>
  elapsedMs: number
  view: View
}

/** Index of the first after an instant. */
export const firstWithin = (samples: readonly Sample[], afterMs: number): number => {
  let first = samples.length
  while (first > 0 && samples[first - 1]!.atMs > afterMs) first--
  return first
}

/** How a figure is written: `perCpu` threads for each CPU. */
export type Figure = 'percent' | 'duration' | 'rate' | 'count' | 'byteRate' | 'perCpu'

export interface Rule<P extends ProbeId = any> extends Limits {
  /** As in the configuration. */
  id: string
  /** What is looked at, for those who want to know what that nothing stands out means. */
  looksAt: string
  /** Absent: the machine's facts, or all probes. */
  probe?: ProbeId
  figure: Figure
  /** Why the samples cannot tell; undefined where they do. */
  blind?(window: Window<P>): string | undefined
  measure(window: Window<P>): readonly Measured[]
}

/** What can matter of each sample within the time, found once a sample: it is in the windows of many instants. Most of the
 * samples were in the window before, too, where what was found is by their places: to ask for them one by one would go
 * through memory that nobody has touched for a second. */
export const inEach = <P extends ProbeId, T>(
  find: (data: Sample<P>['data']) => readonly T[],
): ((window: Pick<Window<P>, 'samples'>) => readonly T[]) => {
  const known = new WeakMap<object, readonly T[]>()
  const foundIn = ({ data }: Sample<P>): readonly T[] => {
    let own = known.get(data)
    if (!own) {
      own = find(data)
      known.set(data, (own = own.length > 0 ? own : NOTHING))
    }
    return own
  }
  /** Absent: nothing in any of them. */
  let before: { samples: readonly Sample<P>[]; found?: readonly (readonly T[])[] } = { samples: [] }
  return ({ samples }) => {
    const { samples: old, found: oldFound } = before
    const place = old.indexOf(samples[0]!)
    const shared = place < 0 ? 0 : old.length - place
    const isMovedOn = !oldFound && shared > 0 && samples[shared - 1] === old.at(-1)
    let found: (readonly T[])[] | undefined
    let all: T[] | undefined
    for (let at = isMovedOn ? shared : 0; at < samples.length; at++) {
      const sample = samples[at]!
      const own = place >= 0 && old[place + at] === sample ? (oldFound?.[place + at] ?? NOTHING) : foundIn(sample)
      if (own.length > 0) found ??= new Array<readonly T[]>(at).fill(NOTHING)
      found?.push(own)
      for (let i = 0; i < own.length; i++) (all ??= []).push(own[i]!)
    }
    before = found ? { samples, found } : { samples }
    return all ?? NOTHING
  }
}

const NOTHING: readonly never[] = []

/** Where all there is would be counted and nothing was. */
export const orNone = (measured: readonly Measured[]): readonly Measured[] => (measured.length > 0 ? measured : NONE)

const NONE: readonly Measured[] = [{ key: '', value: 0, says: () => '', to: { panel: '' } }]

interface Summed<T> {
  key: string
  last: T
  sum: number
}

/** One entry a key, values added up. */
export const summed = <T>(
  items: readonly T[],
  key: (item: T) => string,
  value: (item: T) => number,
): readonly Summed<T>[] => {
  if (items.length === 0) return NOTHING
  const sums = new Map<string, Summed<T>>()
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!
    const of = key(item)
    const known = sums.get(of)
    if (known) {
      known.sum += value(item)
      known.last = item
    } else sums.set(of, { key: of, last: item, sum: value(item) })
  }
  return [...sums.values()]
}

export const most = <T>(items: readonly T[], value: (item: T) => number): T | undefined =>
  items.reduce<T | undefined>((top, item) => (top === undefined || value(item) > value(top) ? item : top), undefined)

export const percentOver = (ns: number, elapsedMs: number): number => ns / (elapsedMs * 10_000)

/** A row of a panel, by which process that is found where one is known. */
export const rowOf = (key: string, { pid, comm }: { pid?: unknown; comm?: unknown }): NonNullable<Goal['row']> =>
  typeof pid === 'number' && pid > 0 ? { key, pid, comm: String(comm ?? '') } : { key }
