// How a panel is, as data: its probe's own word, and what can be seen from its samples and the clock.
import { schedOf } from '../../model/sched.ts'
import { overdueIntervals } from '../../model/series.ts'
import type { View } from '../../model/view.ts'
import { inPanelOrder, OVERVIEW } from '../../panels/registry.ts'
import type { AnyPanel, PanelId, Role } from '../../panels/panel-types.ts'
import type { ProbeId } from '../../stream/probe-ids.ts'
import type { Tier } from '../../stream/cost-message.ts'
import type { ProbeStatus, Sample, StartAgain } from '../../stream/stream-types.ts'
import { formatAge, formatCount, formatPercent, formatWait } from '../format.ts'
import { isOverdue, shownMs } from '../late.ts'
import { lossOf, lossRole, type Loss } from '../loss.ts'
import { panelRows } from '../panel-rows.ts'
import { panelIn, panelsIn, panelState } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { wantedProbes } from './wanted.ts'
import { tierNote, tierWord } from '../tier.ts'

export type PanelStatus =
  | { is: 'off' }
  /** `again`: it failed before. */
  | { is: 'starting'; again?: StartAgain }
  | { is: 'live' }
  | { is: 'quiet' }
  /** What it would show waits on purpose somewhere before: it says so beside its numbers. */
  | { is: 'held' }
  | { is: 'stale'; ageMs: number }
  | { is: 'lossy'; loss: Loss }
  | { is: 'failed'; why: string; hint: string; retryMs?: number; excerpt?: readonly string[] }
  | { is: 'unsupported'; why: string; hint: string; excerpt?: readonly string[] }
  | { is: 'shed'; why: string; hint: string; retryMs: number }
  /** Without the detail that was asked for. */
  | { is: 'reduced' }
  /** Sampled or counted, as it would cost too much in full. */
  | { is: 'thinner'; tier: Tier }

export const panelStatus = (state: AppState, view: View, id: PanelId, nowMs: number): PanelStatus => {
  const { probe } = panelIn(state, id)
  const status = probeStatus(state, view, probe, nowMs)
  if (status.is !== 'live') return status
  const last = view.latest(probe) as Sample
  if (heldNotes(view, panelIn(state, id), last).length > 0) return { is: 'held' }
  return isQuiet(last, id, state) ? { is: 'quiet' } : status
}

/** The same for all that is drawn of a probe, on whatever page. */
export const probeStatus = (state: AppState, view: View, probe: ProbeId, nowMs: number): PanelStatus => {
  const status = statusNow(state, view, probe, nowMs)
  if ('why' in status) return status
  const last = view.latest(probe) as Sample | undefined
  if (status.is === 'off') return isOnItsWay(state, probe) ? { is: 'starting' } : { is: 'off' }
  if (status.is === 'starting') return status
  if (!last || isUnread(state, view, probe, last, nowMs)) return { is: 'starting' }
  const ageMs = staleMs(state, last, shownMs(state, view, nowMs))
  if (ageMs !== undefined) return { is: 'stale', ageMs }
  const loss = lossOf(view, probe)
  if (loss) return { is: 'lossy', loss }
  if (last.tier) return { is: 'thinner', tier: last.tier }
  return last.shed ? { is: 'reduced' } : { is: 'live' }
}

/** How old its numbers are, where they are not those of the instant shown. */
export const probeAgeMs = (state: AppState, view: View, probe: ProbeId, nowMs: number): number | undefined => {
  const last = view.latest(probe) as Sample | undefined
  return last && staleMs(state, last, shownMs(state, view, nowMs))
}

/** Since when no probe has given anything, once that is too long. */
export const silentForMs = (state: AppState, view: View, nowMs: number): number | undefined => {
  const atMs = view.store.ticks().at(-1)
  if (atMs === undefined || state.replay || state.instantMs !== undefined) return undefined
  return overdueIntervals({ atMs, intervalMs: state.intervalMs }, nowMs) > 0 ? nowMs - atMs : undefined
}

/** Its rows are shown: it works, and they are not left over from before it was switched off. */
export const hasRowsNow = (status: PanelStatus, ageMs: number | undefined): boolean =>
  !('why' in status) && !(ageMs !== undefined && (status.is === 'off' || status.is === 'starting'))

/** It came back, and its first numbers since are not due yet. */
export const isUnread = (state: AppState, view: View, probe: ProbeId, last: Sample, nowMs: number): boolean => {
  const sinceMs = view.statusSinceMs(probe)
  return (
    sinceMs !== undefined &&
    sinceMs > last.atMs &&
    !isOverdue(state, { ...last, atMs: sinceMs }, shownMs(state, view, nowMs))
  )
}

/** Asked for, and the engine has not said a word of it yet. */
const isOnItsWay = (state: AppState, probe: ProbeId): boolean =>
  !state.replay && state.instantMs === undefined && wantedProbes(state).includes(probe)

const isCheaper = (view: View, probe: ProbeId): boolean => {
  const last = view.latest(probe) as Sample | undefined
  return last?.tier !== undefined || last?.shed !== undefined || view.status(probe).is === 'shed'
}

/** What is looked at in a cheaper way, and what was given up for its cost until it is tried again: `counted: block I/O`, or in
 * short `1 counted`. */
export const cheaperWords = (state: AppState, view: View, nowMs: number, isShort: boolean): string[] => {
  const of: Record<'counted' | 'sampled' | 'shed', string[]> = { counted: [], sampled: [], shed: [] }
  const cheaper: ProbeId[] = []
  for (const probe of view.store.probes()) if (isCheaper(view, probe)) cheaper.push(probe)
  if (cheaper.length === 0) return []
  for (const probe of inPanelOrder(cheaper)) {
    const titles = panelsIn(state).filter((panel) => panel.probe === probe && OVERVIEW.includes(panel.id))
    const name = titles.length > 0 ? titles.map(({ title }) => title).join(', ') : probe
    const { tier, shed } = (view.latest(probe) as Sample | undefined) ?? ({} as Partial<Sample>)
    const spec = view.store.spec(probe)
    if (shed && spec?.options.includes('detail'))
      of.shed.push(`detail of ${spec.loss?.events ?? name} (${againIn(shed.retryMs)})`)
    if (tier) of[tier.is].push(name)
    const status = tier ? undefined : statusNow(state, view, probe, nowMs)
    if (status?.is === 'shed') of.shed.push(`${name} (${againIn(status.retryMs)})`)
  }
  return Object.entries(of).flatMap(([tier, names]) => {
    const word = tier === 'shed' ? TOO_COSTLY : tier
    return names.length === 0 ? [] : [isShort ? `${names.length} ${word}` : `${word}: ${names.join(', ')}`]
  })
}

const againIn = (ms: number): string => `again in ${formatWait(ms)}`

/** Of what it is said how far it may be off. */
const estimatesOf = (view: View, probe: ProbeId, tier: Tier): string | undefined =>
  view.store.spec(probe)?.cheaper?.find(({ is }) => is === tier.is)?.estimates

/** What a panel says beside its numbers. */
export const notesOf = (state: AppState, view: View, panel: AnyPanel, last: Sample): string[] => [
  ...(last.tier ? [tierNote(last.tier, estimatesOf(view, panel.probe, last.tier))] : []),
  ...(last.shed ? [`no detail for ${formatWait(last.shed.retryMs)}: ${last.shed.why}`] : []),
  ...panel.notes(last, panelState(state, panel.id).mode),
  ...heldNotes(view, panel, last),
]

/** Only of the same interval. */
export const heldNotes = (view: View, panel: AnyPanel, last: Sample): readonly string[] => {
  const sched = panel.heldNotes && view.latest('sched')
  return sched && Math.abs(sched.atMs - last.atMs) < last.intervalMs ? panel.heldNotes!(schedOf(sched.data)) : []
}

/** A probe's own word; a wait is shorter by the time since. */
export const statusNow = (state: AppState, view: View, probe: ProbeId, nowMs: number): ProbeStatus => {
  const status = view.status(probe)
  if (!('retryMs' in status) || status.retryMs === undefined) return status
  const ageMs = shownMs(state, view, nowMs) - (view.statusSinceMs(probe) ?? Infinity)
  return { ...status, retryMs: Math.max(0, status.retryMs - Math.max(0, ageMs)) }
}

/** Why there are no numbers yet, a sentence each. */
export const waitWords = (status: PanelStatus): string[] =>
  status.is === 'starting' && status.again
    ? [status.again.why, `trying again now: attempt ${status.again.attempt} of ${status.again.of}`]
    : status.is === 'off'
      ? ['this probe is off']
      : ['waiting for the first interval']

const staleMs = (state: AppState, last: Sample, shown: number): number | undefined =>
  isOverdue(state, last, shown) ? shown - last.atMs : undefined

const isQuiet = (last: Sample, id: PanelId, state: AppState): boolean => {
  const panel = panelIn(state, id)
  const { mode } = panelState(state, id)
  const hists = panel.hists(last.data, mode) ?? []
  return hists.every((hist) => hist.count === 0) && panelRows(panel, [last], mode, false).length === 0
}

/** Nothing that is played is live, nor what stands still. */
export const liveWord = ({ replay, instantMs }: Pick<AppState, 'replay' | 'instantMs'>): string =>
  replay ? 'replay' : instantMs === undefined ? 'live' : 'frozen'

/** Given up for a while. */
const TOO_COSTLY = 'too costly'

export const statusText = (status: PanelStatus, state: Pick<AppState, 'replay' | 'instantMs'>): string =>
  status.is === 'live'
    ? liveWord(state)
    : status.is === 'stale'
      ? `stale ${formatAge(status.ageMs)}`
      : status.is === 'lossy'
        ? `lost ${status.loss.percent === undefined ? formatCount(status.loss.lost) : `${formatPercent(status.loss.percent)}%`}`
        : status.is === 'reduced'
          ? 'less detail'
          : status.is === 'thinner'
            ? tierWord(status.tier)
            : status.is === 'held'
              ? 'held back'
              : status.is === 'shed'
                ? TOO_COSTLY
                : status.is

export const statusRole = (status: PanelStatus): Role =>
  status.is === 'lossy' ? lossRole(status.loss) : STATUS_ROLES[status.is]

const STATUS_ROLES: Record<PanelStatus['is'], Role> = {
  off: 'dim',
  starting: 'warn',
  live: 'good',
  quiet: 'dim',
  held: 'warn',
  stale: 'stale',
  lossy: 'bad',
  failed: 'bad',
  unsupported: 'warn',
  shed: 'warn',
  reduced: 'warn',
  thinner: 'warn',
}
