// The cursor in time. Frozen means: an instant is shown, and the store goes on filling behind it.
import { bisectLeft, bisectRight } from 'd3-array'
import type { View } from '../model/view.ts'
import { SPEEDS, type Seek } from '../stream/playback.ts'
import type { Updated } from './state.ts'
import type { AppState } from './state-types.ts'

export const freeze = (state: AppState, view: View): AppState => {
  const newest = view.store.ticks().at(-1)
  return newest === undefined
    ? { ...state, notice: { text: 'nothing to freeze yet', role: 'warn' } }
    : { ...state, instantMs: newest }
}

export const goLive = (state: AppState): AppState => ({ ...state, instantMs: undefined, bucket: undefined })

/** By so many intervals; the first step freezes. */
export const step = (state: AppState, by: number, view: View): AppState => {
  const ticks = view.store.ticks()
  if (ticks.length === 0) return { ...state, notice: { text: 'nothing collected yet', role: 'warn' } }
  const at = state.instantMs === undefined ? ticks.length - 1 : Math.max(0, bisectRight(ticks, state.instantMs) - 1)
  const next = Math.min(ticks.length - 1, Math.max(0, at + by))
  const wall =
    next === at
      ? { text: by < 0 ? 'nothing older is kept' : 'this is the newest; End goes live', role: 'warn' as const }
      : undefined
  return { ...state, instantMs: ticks[next]!, ...(wall ? { notice: wall } : {}) }
}

/** By how many intervals an instant is away from the one shown; undefined: none is kept. */
export const stepsTo = (state: AppState, atMs: number, view: View): number | undefined => {
  const ticks = view.store.ticks()
  if (ticks.length === 0) return undefined
  const at = (ms: number): number => Math.max(0, bisectRight(ticks, ms) - 1)
  return at(atMs) - (state.instantMs === undefined ? ticks.length - 1 : at(state.instantMs))
}

/** How many intervals the shown instant lies back. */
export const stepsBack = (state: AppState, view: View): number =>
  state.instantMs === undefined
    ? 0
    : Math.max(0, view.store.ticks().length - 1 - bisectLeft(view.store.ticks(), state.instantMs))

/** Anywhere in a recording: it stands still, and what is there comes as soon as it was read. */
export const seek = (state: AppState, by: Seek, view: View): Updated => {
  const fromMs = state.instantMs ?? view.store.ticks().at(-1)
  if (!state.player || fromMs === undefined)
    return { state: { ...state, notice: { text: 'nothing to move in yet', role: 'warn' } }, effects: [] }
  return { state: { ...state, instantMs: fromMs }, effects: [{ effect: 'seek', fromMs, by }] }
}

export const speed = (state: AppState, by: 1 | -1): AppState => {
  const times = state.player?.times ?? 1
  const next = by === 1 ? SPEEDS.find((each) => each > times) : SPEEDS.findLast((each) => each < times)
  return next === undefined
    ? { ...state, notice: { text: `${times}x is the ${by === 1 ? 'fastest' : 'slowest'}`, role: 'warn' } }
    : { ...state, player: { times: next }, notice: { text: `${next}x as fast as recorded`, role: 'good' } }
}
