// npm run scripts: every tool that comes with bpftrace, unmodified, one by one, under work that should show in it; a table
// of what became of each; with `--own` the scripts that come with probetop, each beside its own work, with `--bcc` tools of
// bcc. `--kernels` does it on Debian's stock kernels, which have kprobes, each with its suite's bpftrace, in an emulated
// machine, which takes hours: what was run before stays in the table, and `--table` runs nothing. `--write` puts the table
// into probes/README.md, `--seconds N` each, `--start N` seconds to attach at most (on slow machines), names of tools or
// suites choose some.
import { readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../src/paths.ts'
import { SUITES, type Suite } from '../kernels/kernels.ts'
import { cellOf, runAll, type Which } from './all.ts'
import { optionsOf } from './options.ts'
import { keepCell, keptCells, rowsOf, type Cells } from './kept.ts'
import { BPFTRACE, onStock } from './stock/run.ts'
import type { Ran } from './run.ts'
import { bpftraces } from './versions.ts'

const options = optionsOf(process.argv.slice(2))
const WORDS: Record<Which, string> = { tools: 'tool', own: 'script', bcc: 'tool of bcc' }

const marks = (['own', 'bcc', 'kernels'] as const).filter((name) => options[name])
const BEGIN = `<!-- npm run scripts -- ${marks.map((name) => `--${name} `).join('')}--write -->`
const END = '<!-- end -->'
/** Emulated machines are asked for some now and some then; here all are run at once. */
const kept = options.kernels ? marks.join('-') : undefined
let cells: Cells = kept === undefined ? {} : keptCells(kept)
let isBlind = false

const onRan = (name: string, ran: Ran, column: string): void => {
  const cell = cellOf(ran)
  const started = ran.startMs === undefined ? '' : ` (started in ${ran.startMs} ms)`
  console.log(`${name}, ${column}: ${cell}${started}`)
  for (const note of ran.notes) console.log(`    ${note}`)
  if (kept === undefined) cells[column] = { ...cells[column], [name]: cell }
  else cells = keepCell(kept, column, name, cell)
  isBlind ||= ran.reason === undefined && ran.of > 0 && ran.attached === 0
}

/** Gives the titles of columns, in their order. */
const here = async (): Promise<string[]> => {
  const versions = await bpftraces()
  if (versions.length === 0) throw new Error('bpftrace is not installed')
  if (process.geteuid?.() !== 0) throw new Error('scripts are run as root')
  const titleOf = (version?: string): string =>
    version === undefined ? `Linux ${release()}` : `${BPFTRACE} ${version}`
  await runAll({ ...options, versions, onRan: (name, ran, version) => onRan(name, ran, titleOf(version)) })
  return options.which === 'bcc' ? [titleOf()] : versions.map(({ version }) => titleOf(version))
}

const tableOf = (columns: readonly string[]): string => {
  const where = options.kernels
    ? 'In an emulated machine, some seconds each'
    : `Linux ${release()}, ${options.seconds} s each`
  const what = options.which === 'bcc' ? 'shown as; rows' : 'hooks attached; shown as; rows'
  const rows = rowsOf(cells, columns)
  const empty = rows.some((row) => row.includes('')) ? ' Empty: not tried.' : ''
  return [
    `${where}: ${what}. Or why it does not run.${empty}`,
    '',
    `| ${[WORDS[options.which], ...columns].join(' | ')} |`,
    `|---|${columns.map(() => '---|').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
}

const write = (table: string): void => {
  const path = join(ROOT, 'probes', 'README.md')
  const before = readFileSync(path, 'utf8')
  const [from, to] = [before.indexOf(BEGIN), before.indexOf(END, before.indexOf(BEGIN))]
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table: ${BEGIN} … ${END}`)
  writeFileSync(path, `${before.slice(0, from)}${BEGIN}\n${table}\n${before.slice(to)}`)
}

const main = async (): Promise<number> => {
  const isSuite = (name: string): name is Suite => SUITES.includes(name as Suite)
  const suites = options.names.filter(isSuite)
  const names = options.names.filter((name) => !isSuite(name))
  const ran = options.table
    ? []
    : options.kernels
      ? await onStock({ ...options, names, suites: suites.length > 0 ? suites : SUITES, onRan })
      : await here()
  const table = tableOf(kept === undefined ? ran : Object.keys(cells).sort())
  console.log(`\n${table}`)
  if (options.write) write(table)
  return isBlind ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Error)) throw error
  console.log(`skipped: ${error.message}`)
}
