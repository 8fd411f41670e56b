// What became of each tool when it was last run, by where: as its table in probes/tools.md has it. All of them take an hour,
// in an emulated machine many; so some may be run, and the others keep their rows.

/** By title of the column, then by tool. */
export type Cells = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Of a table in Markdown, with what stands above it. */
export const cellsIn = (text: string): Cells => {
  const [titles = [], , ...rows] = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.slice(2, -2).split(' | '))
  const columnOf = (at: number): Record<string, string> =>
    Object.fromEntries(rows.flatMap((row) => (row[at] ? [[row[0]!, row[at]]] : [])))
  return Object.fromEntries(titles.slice(1).map((title, index) => [title, columnOf(index + 1)]))
}

/** One more; of an older kernel or bpftrace of that suite nothing is kept. */
export const withCell = (cells: Cells, column: string, name: string, cell: string): Cells => {
  const others = Object.entries(cells).filter(([title]) => seriesOf(title) !== seriesOf(column))
  return { ...Object.fromEntries(others), [column]: { ...cells[column], [name]: cell } }
}

/** `Linux 6.1`, `bpftrace 0.23` */
const seriesOf = (title: string): string => /^\S+ \d+\.\d+/.exec(title)?.[0] ?? title

/** A row a tool. */
export const rowsOf = (cells: Cells, columns: readonly string[]): string[][] => {
  const names = [...new Set(columns.flatMap((title) => Object.keys(cells[title] ?? {})))].sort()
  return names.map((name) => [name, ...columns.map((title) => cells[title]?.[name] ?? '')])
}
