// The line at the foot of the screen (`:`): what is typed there, what was before, and what it does on Enter. It runs a
// bpftrace one-liner; whatever else may be said there is one more entry of `said`.
import { planOf } from '../model/scripts/plan.ts'
import { specOfScript } from '../model/scripts/spec.ts'
import type { ScriptPlan } from '../stream/script.ts'
import { PROBES } from '../stream/types.ts'
import { eraseFrom } from './filter.ts'
import { panelsIn, type AppState, type Line } from './state.ts'
import type { Effect } from './types.ts'

const LONGEST = 2000
const MOST_LINES = 100

export const openLine = (state: AppState): AppState => ({
  ...state,
  choice: undefined,
  panelList: undefined,
  line: { text: '', history: state.line?.history ?? state.lines, at: -1 },
})

export const closeLine = (state: AppState): AppState => ({ ...state, line: undefined })

export const typeInLine = (state: AppState, text: string): AppState =>
  withLine(state, (line) => ({ text: [...`${line.text}${text}`].slice(0, LONGEST).join(''), at: -1 }))

export const eraseInLine = (state: AppState, what: 'char' | 'word' | 'all'): AppState =>
  withLine(state, (line) => ({ text: eraseFrom(line.text, what), at: -1 }))

/** Older with 1, newer with -1; before the newest the line is empty. */
export const stepHistory = (state: AppState, by: 1 | -1): AppState =>
  withLine(state, ({ history, at }) => {
    const next = Math.max(-1, Math.min(history.length - 1, at + by))
    return { at: next, text: history[next] ?? '' }
  })

const withLine = (state: AppState, change: (line: Line) => Partial<Line>): AppState =>
  state.line ? { ...state, line: { ...state.line, ...change(state.line) } } : state

/** Runs what is typed; `keep`: it is written to a file, too. */
export const runLine = (state: AppState, keep: boolean): { state: AppState; effects: Effect[] } => {
  const text = state.line?.text.trim() ?? ''
  const closed = closeLine(state)
  if (text === '') return { state: closed, effects: [] }
  const lines = [text, ...state.lines.filter((line) => line !== text)].slice(0, MOST_LINES)
  const plan = planFor(state, text)
  return {
    state: opened({ ...closed, lines }, plan),
    effects: [
      { effect: 'send', command: { cmd: 'script', plan } },
      ...(keep ? [{ effect: 'keepScript', name: plan.id, text: `${text}\n` } as const] : []),
    ],
  }
}

const planFor = (state: AppState, text: string): ScriptPlan => {
  const taken = new Set<string>([...PROBES, ...panelsIn(state).map(({ id }) => id), ...state.specs.map(({ id }) => id)])
  return planOf({ name: 'one-liner', text, taken: (id) => taken.has(id) })
}

/** Its panel on the full screen. */
export const opened = (state: AppState, plan: ScriptPlan): AppState => ({
  ...state,
  specs: [...state.specs, specOfScript(plan)],
  page: { is: 'panel', panel: plan.id },
})
