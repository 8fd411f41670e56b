// Text that is typed, wherever it goes: into filters and searches, the palette, and the line that the palette becomes once
// what is typed there begins like a one-liner.
import { eraseFrom, filterIn, NO_FILTER, withFilterIn } from './filter.ts'
import { runsNothing } from './key-entry.ts'
import { eraseInLine, isOneLiner, openLine } from './one-liner.ts'
import { kindOf } from './pages/registry.ts'
import { togglePalette } from './keys/palette-items.ts'
import type { AppState } from './state-types.ts'

const LONGEST_FILTER = 80

export const typeText = (state: AppState, text: string): AppState => withText(state, filterIn(state).text + text)

export const eraseText = (state: AppState, what: 'char' | 'word' | 'all'): AppState =>
  withText(state, eraseFrom(filterIn(state).text, what))

/** Where nothing is left to erase it is the palette again. */
export const eraseLine = (state: AppState, what: 'char' | 'word' | 'all'): AppState =>
  state.line?.text === '' ? togglePalette({ ...state, line: undefined }) : eraseInLine(state, what)

const withText = (state: AppState, text: string): AppState => {
  const isLine = state.palette !== undefined && isOneLiner(text)
  const refused = isLine ? runsNothing(state) : undefined
  if (isLine && refused === undefined) return openLine(withoutSearch(state), text)
  const typed = withFilterIn(state, { ...filterIn(state), text: [...text].slice(0, LONGEST_FILTER).join('') })
  return refused === undefined ? typed : { ...typed, notice: { text: refused, role: 'warn' } }
}

/** What was looked for in stacks is no filter of rows. */
export const withoutSearch = (state: AppState): AppState =>
  kindOf(state).isSearch ? { ...state, filter: NO_FILTER } : state
