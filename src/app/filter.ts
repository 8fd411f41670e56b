// The text being typed into the filter.
import type { AppState } from './state-types.ts'
import type { Filter } from './page-types.ts'

export const eraseFrom = (text: string, what: 'char' | 'word' | 'all'): string => {
  if (what === 'all') return ''
  if (what === 'word') return text.trimEnd().replace(/\S+$/, '')
  // By code points: half a surrogate pair must not stay
  return [...text].slice(0, -1).join('')
}

/** For reduce: as far as all go on alike. */
export const commonStart = (one: string, other: string): string => {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return one.slice(0, length)
}

/** That of the palette, the picker or of the page of help while it is open, else of the tables or stacks behind it. */
export const filterIn = (state: AppState): Filter =>
  state.palette?.filter ?? state.picker?.filter ?? state.help?.filter ?? state.filter

export const withFilterIn = (state: AppState, filter: Filter): AppState =>
  state.palette
    ? { ...state, palette: { at: 0, filter } }
    : state.picker
      ? { ...state, picker: { at: 0, filter } }
      : state.help
        ? { ...state, help: { scroll: 0, filter } }
        : { ...state, filter }

export const NO_FILTER: Filter = { text: '', editing: false }
