// The line at the foot of the screen: what is typed there, what was before, and what it does on Enter, which is to run
// it as a bpftrace one-liner. It is come to from the palette, by what begins like one or by its key there.
import { SCRIPT_LIMITS } from '../stream/script.ts'
import { eraseFrom } from './filter.ts'
import { planIn, withScript } from './library.ts'
import type { Updated } from './state.ts'
import type { AppState, Line } from './state-types.ts'

const LONGEST = 2000
const MOST_LINES = 100

/** What hooks begin with, short or not, or braces behind anything: nothing in the palette is called so. */
const BEGINS =
  /^\s*(k(ret)?(probe|func)|kr?|fentry|fexit|fr?|u(ret)?probe|ur?|usdt|U|(raw)?tracepoint|r?t|profile|p|interval|i|software|s|hardware|h|(async)?watchpoint|a?w|iter|it|self):|\S\s*\{/

export const isOneLiner = (text: string): boolean => BEGINS.test(text)

export const openLine = (state: AppState, text = ''): AppState => ({
  ...state,
  palette: undefined,
  line: { text, history: state.lines, at: -1 },
})

const closeLine = (state: AppState): AppState => ({ ...state, line: undefined })

export const typeInLine = (state: AppState, text: string): AppState =>
  withLine(state, (line) => ({ text: [...`${line.text}${text}`].slice(0, LONGEST).join(''), at: -1 }))

export const eraseInLine = (state: AppState, what: 'char' | 'word' | 'all'): AppState =>
  withLine(state, (line) => ({ text: eraseFrom(line.text, what), at: -1 }))

export const actInLine = (state: AppState, what: 'close' | 'run' | 'keep' | 'older' | 'newer'): Updated => {
  switch (what) {
    case 'close':
      return { state: closeLine(state), effects: [] }
    case 'older':
      return { state: stepHistory(state, 1), effects: [] }
    case 'newer':
      return { state: stepHistory(state, -1), effects: [] }
    default:
      return runLine(state, what === 'keep')
  }
}

/** Older with 1, newer with -1; before the newest the line is empty. */
const stepHistory = (state: AppState, by: 1 | -1): AppState =>
  withLine(state, ({ history, at }) => {
    const next = Math.max(-1, Math.min(history.length - 1, at + by))
    return { at: next, text: history[next] ?? '' }
  })

const withLine = (state: AppState, change: (line: Line) => Partial<Line>): AppState =>
  state.line ? { ...state, line: { ...state.line, ...change(state.line) } } : state

/** Runs what is typed; `keep`: it is written to a file, too. */
const runLine = (state: AppState, keep: boolean): Updated => {
  const text = state.line?.text.trim() ?? ''
  const closed = closeLine(state)
  if (text === '') return { state: closed, effects: [] }
  const lines = [text, ...state.lines.filter((line) => line !== text)].slice(0, MOST_LINES)
  const plan = { ...planIn(state, 'one-liner', text), title: shortTitle(text) }
  return {
    state: withScript({ ...closed, lines }, plan),
    effects: keep ? [{ effect: 'keepScript', name: plan.id, text: `${text}\n` }] : [],
  }
}

const shortTitle = (text: string): string => text.replace(/\p{C}/gu, '').slice(0, SCRIPT_LIMITS.title)
