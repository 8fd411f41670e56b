// Settings that keys change: interval, theme, who has the mouse.
import { formatInterval } from './format.ts'
import type { Updated } from './state.ts'
import type { AppState } from './state-types.ts'

export const INTERVALS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000] as const

/** The next longer interval, or the next shorter one. */
export const stepInterval = (state: AppState, by: 1 | -1): AppState => {
  const next =
    by === 1 ? INTERVALS_MS.find((ms) => ms > state.intervalMs) : INTERVALS_MS.findLast((ms) => ms < state.intervalMs)
  if (next === undefined)
    return {
      ...state,
      notice: {
        text: `${formatInterval(state.intervalMs)} is the ${by === 1 ? 'longest' : 'shortest'} interval`,
        role: 'warn',
      },
    }
  return { ...state, intervalMs: next, notice: { text: `interval ${formatInterval(next)}`, role: 'good' } }
}

export const nextTheme = (state: AppState): Updated =>
  toTheme(state, state.themes[(state.themes.indexOf(state.theme) + 1) % state.themes.length] ?? state.theme)

export const toSuiting = (state: AppState, theme: string): Updated =>
  state.suits ? { state: { ...state, theme }, effects: [{ effect: 'theme', name: theme }] } : { state, effects: [] }

export const toTheme = (state: AppState, theme: string): Updated => ({
  state: { ...state, suits: undefined, theme, notice: { text: `theme ${theme}`, role: 'good' } },
  effects: [{ effect: 'theme', name: theme }],
})

export const toggleMouse = (state: AppState): Updated => ({
  state: {
    ...state,
    mouse: !state.mouse,
    notice: {
      text: state.mouse ? "the mouse is the terminal's: it selects text" : 'the mouse clicks here; Shift selects text',
      role: 'good',
    },
  },
  effects: [{ effect: 'mouse', on: !state.mouse }],
})
