// npm run scripts: every tool that comes with bpftrace, unmodified, one by one, under work that should show in it; a table
// of what became of each; with `--own` the scripts that come with probetop, each beside its own work, with `--bcc` tools of
// bcc. `--kernels` does it on Debian's stock kernels, which have kprobes, each with its suite's bpftrace, in an emulated
// machine, which takes hours. `--write` puts the table into probes/tools.md after each, `--seconds N` each, `--start N`
// seconds to attach at most (on slow machines), names of tools or suites choose some: the others keep their rows.
import { readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../src/paths.ts'
import { Refused, tellPlainly } from '../helpers/tool.ts'
import { SUITES, type Suite } from '../kernels/kernels.ts'
import { cellOf, namesOf, runAll, type Which } from './all.ts'
import { optionsOf } from './options.ts'
import { cellsIn, rowsOf, withCell, type Cells } from './kept.ts'
import { BPFTRACE, onStock } from './stock/run.ts'
import type { Ran } from './run.ts'
import { bpftraces } from './versions.ts'

tellPlainly('scripts')

const options = optionsOf(process.argv.slice(2))
const WORDS: Record<Which, string> = { tools: 'tool', own: 'script', bcc: 'tool of bcc' }

const marks = (['own', 'bcc', 'kernels'] as const).filter((name) => options[name])
const BEGIN = `<!-- npm run scripts -- ${marks.map((name) => `--${name} `).join('')}--write -->`
const END = '<!-- end -->'
const PATH = join(ROOT, 'probes', 'tools.md')

let cells: Cells = {}
let columns: readonly string[] | undefined
let isBlind = false

const onRan = (name: string, ran: Ran, column: string): void => {
  const cell = cellOf(ran)
  const started = ran.startMs === undefined ? '' : ` (started in ${ran.startMs} ms)`
  console.log(`${name}, ${column}: ${cell}${started}`)
  for (const note of ran.notes) console.log(`    ${note}`)
  cells = withCell(cells, column, name, cell)
  isBlind ||= ran.reason === undefined && ran.of > 0 && ran.attached === 0
  if (options.write) write(tableOf())
}

const here = async (): Promise<void> => {
  const versions = await bpftraces()
  if (versions.length === 0) throw new Error('bpftrace is not installed')
  if (process.geteuid?.() !== 0) throw new Error('scripts are run as root')
  const known = namesOf(options.which)
  const unknown = options.names.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Refused(`no such ${WORDS[options.which]}: ${unknown.join(' ')}`)
  const titleOf = (version?: string): string =>
    version === undefined ? `Linux ${release()}` : `${BPFTRACE} ${version}`
  // of another kernel, or for another time, none is kept
  const table = written()
  cells = options.names.length > 0 && table.includes(whereOf()) ? cellsIn(table) : {}
  const own = options.which === 'bcc' ? [titleOf()] : versions.map(({ version }) => titleOf(version))
  columns = [...new Set([...Object.keys(cells), ...own])].sort()
  await runAll({ ...options, versions, onRan: (name, ran, version) => onRan(name, ran, titleOf(version)) })
}

const stock = async (): Promise<void> => {
  const isSuite = (name: string): name is Suite => SUITES.includes(name as Suite)
  const suites = options.names.filter(isSuite)
  const names = options.names.filter((name) => !isSuite(name))
  cells = cellsIn(written())
  await onStock({ ...options, names, suites: suites.length > 0 ? suites : SUITES, onRan })
}

const whereOf = (): string =>
  options.kernels ? 'In an emulated machine, some seconds each' : `Linux ${release()}, ${options.seconds} s each`

const tableOf = (): string => {
  const titles = columns ?? Object.keys(cells).sort()
  const what = options.which === 'bcc' ? 'shown as; rows' : 'hooks attached; shown as; rows'
  const rows = rowsOf(cells, titles)
  const empty = rows.some((row) => row.includes('')) ? ' Empty: not tried.' : ''
  return [
    `${whereOf()}: ${what}. Or why it does not run.${empty}`,
    '',
    `| ${[WORDS[options.which], ...titles].join(' | ')} |`,
    `|---|${titles.map(() => '---|').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
}

/** Where the table stands, in the whole text. */
const place = (text: string): [from: number, to: number] => {
  const from = text.indexOf(BEGIN) + BEGIN.length + 1
  const to = text.indexOf(END, from)
  if (from <= BEGIN.length || to < from) throw new Error(`${PATH} has no place for the table: ${BEGIN} … ${END}`)
  return [from, to]
}

const written = (): string => {
  const text = readFileSync(PATH, 'utf8')
  return text.slice(...place(text))
}

const write = (table: string): void => {
  const text = readFileSync(PATH, 'utf8')
  const [from, to] = place(text)
  writeFileSync(PATH, `${text.slice(0, from)}${table}\n${text.slice(to)}`)
}

const main = async (): Promise<number> => {
  await (options.kernels ? stock() : here())
  console.log(`\n${tableOf()}`)
  return isBlind ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof Error) || error instanceof Refused) throw error
  console.log(`skipped: ${error.message}`)
}
