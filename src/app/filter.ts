// The text being typed into the filter.

export const eraseFrom = (text: string, what: 'char' | 'word' | 'all'): string => {
  if (what === 'all') return ''
  if (what === 'word') return text.trimEnd().replace(/\S+$/, '')
  // By code points: half a surrogate pair must not stay
  return [...text].slice(0, -1).join('')
}
