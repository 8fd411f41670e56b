// Figures as Markdown: a row for each thing that ran, a column for each figure; what could not run says why. Parts with
// bare runs also say what the others add to them.
import { added, medianOf, spreadOf } from './figures.ts'
import type { Figure } from './figures.ts'

export const BARE = 'bare'

export const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** A number with the digits it deserves. */
export const number = (value: number): string => {
  if (!Number.isFinite(value)) return '?'
  const size = Math.abs(value)
  const text = value.toFixed(size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2)
  return size >= 10_000 ? text.replace(/\B(?=(\d{3})+$)/g, ',') : text
}

/** Median and, of several runs, spread. */
export const withSpread = (figure: Pick<Figure, 'values'>): string => {
  const value = number(medianOf(figure) ?? NaN)
  return figure.values.length > 1 ? `${value} ±${number(spreadOf(figure))}` : value
}

/** The table of one part; empty when nothing of it was measured. */
export const partTable = (part: string, figures: readonly Figure[]): string => {
  const own = figures.filter((figure) => figure.part === part)
  const names = unique(own.map(({ name }) => name))
  const rows = unique(own.map(({ row }) => row))
  const compares = own.some(({ bare }) => bare)
  const titles = [part, ...names.flatMap((name) => (compares ? [name, 'added'] : [name]))]
  const cellsOf = (row: string, name: string): string[] => {
    const figure = own.find((one) => one.row === row && one.name === name)
    if (!figure) return compares ? ['', ''] : ['']
    const value = figure.missing ?? withSpread(figure)
    if (!compares) return [value]
    return [value, figure.bare ? withSpread({ values: added(figure) }) : '']
  }
  return own.length === 0
    ? ''
    : table(
        titles,
        rows.map((row) => [row, ...names.flatMap((name) => cellsOf(row, name))]),
      )
}

const unique = (words: readonly string[]): string[] => [...new Set(words)]
