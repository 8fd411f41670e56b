// How a panel is, as data: its probe's own word, and what can be seen from its samples and the clock.
import { overdueIntervals } from '../model/series.ts'
import type { Store } from '../model/store.ts'
import { panelById } from '../panels/registry.ts'
import type { Sample } from '../stream/types.ts'
import { formatAge, formatCount } from './format.ts'
import type { AppState } from './state.ts'
import type { PanelId, Role } from './types.ts'

export type PanelStatus =
  | { is: 'off' }
  | { is: 'starting' }
  | { is: 'live' }
  | { is: 'quiet' }
  | { is: 'stale'; ageMs: number }
  | { is: 'lossy'; lost: number }
  | { is: 'failed'; why: string; mend: string; retryMs?: number }
  | { is: 'unsupported'; why: string; mend: string }

/** The instant a screen shows as now. A recording's clock is its newest sample; it cannot be late. */
export const shownMs = (state: AppState, store: Store, nowMs: number): number =>
  state.cursorMs ?? (state.replay ? store.ticks().at(-1) ?? nowMs : nowMs)

export const panelStatus = (state: AppState, store: Store, id: PanelId, nowMs: number): PanelStatus => {
  const panel = panelById(id)
  const status = store.status(panel.probe, state.cursorMs)
  if (status.is === 'failed' || status.is === 'unsupported') return status
  const last = store.latest(panel.probe, state.cursorMs) as Sample | undefined
  if (status.is === 'off') return { is: 'off' }
  if (!last || status.is === 'starting') return { is: 'starting' }
  const shown = shownMs(state, store, nowMs)
  if (isOverdue(state, last, shown)) return { is: 'stale', ageMs: shown - last.atMs }
  if (last.lost > 0) return { is: 'lossy', lost: last.lost }
  return isQuiet(last, id, state) ? { is: 'quiet' } : { is: 'live' }
}

/** After a change to a longer interval the next sample may take that long. */
export const isOverdue = (state: AppState, last: Sample, shown: number): boolean =>
  overdueIntervals({ atMs: last.atMs, intervalMs: state.cursorMs === undefined ? Math.max(last.intervalMs, state.intervalMs) : last.intervalMs }, shown) > 0

const isQuiet = (last: Sample, id: PanelId, state: AppState): boolean => {
  const panel = panelById(id)
  const { mode } = state.byPanel[id]
  const hists = panel.hists(last.data, mode) ?? []
  return hists.every(hist => hist.count === 0) && panel.rows([last], mode, false).length === 0
}

export const statusText = (status: PanelStatus): string =>
  status.is === 'stale' ? `stale ${formatAge(status.ageMs)}` : status.is === 'lossy' ? `lost ${formatCount(status.lost)}` : status.is

export const STATUS_ROLES: Record<PanelStatus['is'], Role> = {
  off: 'dim', starting: 'warn', live: 'good', quiet: 'dim', stale: 'stale', lossy: 'bad', failed: 'bad', unsupported: 'warn',
}
