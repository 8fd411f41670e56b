// npm run scripts: every tool that comes with bpftrace, unmodified, one by one, under work that should show in it; a table
// of what became of each. `--write` puts it into probes/README.md, `--seconds N`, names of tools choose some.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { ROOT } from '../../src/paths.ts'
import { planFor, runScript, type Ran } from './run.ts'
import { bpftraces } from './versions.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '5' },
    tools: { type: 'string', default: '/usr/sbin' },
    write: { type: 'boolean', default: false },
  },
})

const BEGIN = '<!-- npm run scripts -- --write -->'
const END = '<!-- end -->'

const cell = ({ attached, of, shown, rows, reason, lost }: Ran): string =>
  reason === undefined
    ? `${attached} of ${of}; ${shown.join(', ') || 'nothing'}; ${rows}${lost > 0 ? `, lost ${lost}` : ''}`
    : reason.replaceAll('|', '\\|')

const main = async (): Promise<number> => {
  const versions = await bpftraces()
  if (versions.length === 0) {
    console.log('skipped: bpftrace is not installed')
    return 0
  }
  if (process.geteuid?.() !== 0) {
    console.log('skipped: scripts are run as root')
    return 0
  }
  const tools = readdirSync(values.tools)
    .filter((name) => name.endsWith('.bt') && (positionals.length === 0 || positionals.includes(name.slice(0, -3))))
    .sort()
  const folder = mkdtempSync(join(tmpdir(), 'probetop-scripts-'))
  const work = execa('bash', [join(ROOT, 'test', 'scripts', 'work.sh'), folder], {
    reject: false,
    detached: true,
    cleanup: false,
    stdio: 'ignore',
  })
  const rows: string[][] = []
  let blind = 0
  try {
    for (const tool of tools) {
      const row = [tool.slice(0, -3)]
      for (const { folder: own, version } of versions) {
        const ran = await runScript(planFor(join(values.tools, tool)), { folder: own, seconds: Number(values.seconds) })
        const isBlind = ran.reason === undefined && ran.attached === 0
        if (isBlind) blind++
        row.push(cell(ran))
        console.log(
          `${tool} ${version}: ${cell(ran)}${ran.startMs === undefined ? '' : ` (started in ${ran.startMs} ms)`}`,
        )
        for (const note of ran.notes) console.log(`    ${note}`)
      }
      rows.push(row)
    }
  } finally {
    process.kill(-work.pid!, 'SIGKILL')
    await work
    rmSync(folder, { recursive: true, force: true })
  }
  const table = [
    `Linux ${release()}, ${values.seconds} s each: hooks attached; shown as; rows. Or why it does not run.`,
    '',
    `| tool | ${versions.map(({ version }) => `bpftrace ${version}`).join(' | ')} |`,
    `|---|${versions.map(() => '---|').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
  console.log(`\n${table}`)
  if (values.write) write(table)
  return blind > 0 ? 1 : 0
}

const write = (table: string): void => {
  const path = join(ROOT, 'probes', 'README.md')
  const before = readFileSync(path, 'utf8')
  const [from, to] = [before.indexOf(BEGIN), before.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table: ${BEGIN} … ${END}`)
  writeFileSync(path, `${before.slice(0, from)}${BEGIN}\n${table}\n${before.slice(to)}`)
}

process.exitCode = await main()
