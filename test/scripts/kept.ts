// What became of each tool when it was last run, by where: an emulated machine takes hours for all of them, and may be asked
// for some. Kept with what is built.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BUILD } from '../../src/paths.ts'

/** By title of the column, then by tool. */
export type Cells = Record<string, Record<string, string>>

const pathOf = (what: string): string => join(BUILD, 'scripts', `${what}.json`)

export const keptCells = (what: string): Cells =>
  existsSync(pathOf(what)) ? (JSON.parse(readFileSync(pathOf(what), 'utf8')) as Cells) : {}

/** The one more; of an older kernel or bpftrace of that suite nothing is kept. */
export const keepCell = (what: string, column: string, name: string, cell: string): Cells => {
  const cells = keptCells(what)
  const others = Object.entries(cells).filter(([title]) => seriesOf(title) !== seriesOf(column))
  const all = { ...Object.fromEntries(others), [column]: { ...cells[column], [name]: cell } }
  mkdirSync(dirname(pathOf(what)), { recursive: true })
  writeFileSync(pathOf(what), JSON.stringify(all, undefined, 1))
  return all
}

/** `Linux 6.1` */
const seriesOf = (title: string): string => /^\S+ \d+\.\d+/.exec(title)?.[0] ?? title

/** A row a tool. */
export const rowsOf = (cells: Cells, columns: readonly string[]): string[][] => {
  const names = [...new Set(columns.flatMap((title) => Object.keys(cells[title] ?? {})))].sort()
  return names.map((name) => [name, ...columns.map((title) => cells[title]?.[name] ?? '')])
}
