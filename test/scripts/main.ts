// npm run scripts: every tool that comes with bpftrace, unmodified, one by one, under work that should show in it; a table
// of what became of each; with `--own` the scripts that come with probetop, each beside its own work. `--write` puts it
// into probes/README.md, `--seconds N` each, `--start N` seconds to attach at most (on slow machines), names of tools choose
// some.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { ROOT } from '../../src/paths.ts'
import { planFor, runScript, type Ran } from './run.ts'
import { OWN_SCRIPTS, runOwn } from './own.ts'
import { bpftraces, type Bpftrace } from './versions.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '5' },
    start: { type: 'string' },
    tools: { type: 'string', default: '/usr/sbin' },
    own: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

const BEGIN = `<!-- npm run scripts -- ${values.own ? '--own ' : ''}--write -->`
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
  const chosen = (name: string): boolean => positionals.length === 0 || positionals.includes(name)
  const rows: string[][] = []
  let blind = 0
  const tell = async (name: string, run: (bpftrace: Bpftrace) => Promise<Ran>): Promise<void> => {
    const row = [name]
    for (const bpftrace of versions) {
      const ran = await run(bpftrace)
      if (ran.reason === undefined && ran.attached === 0) blind++
      row.push(cell(ran))
      const started = ran.startMs === undefined ? '' : ` (started in ${ran.startMs} ms)`
      console.log(`${name} ${bpftrace.version}: ${cell(ran)}${started}`)
      for (const note of ran.notes) console.log(`    ${note}`)
    }
    rows.push(row)
  }
  const seconds = Number(values.seconds)
  const startMs = values.start === undefined ? undefined : Number(values.start) * 1000
  if (values.own)
    for (const name of OWN_SCRIPTS.filter(chosen))
      await tell(name, ({ folder }) => runOwn(name, { folder, seconds, startMs, until: () => false }))
  else
    await ofTools(chosen, (path, name, onReady) =>
      tell(name, ({ folder }) => runScript(planFor(path), { folder, seconds, startMs, onReady })),
    )
  const table = [
    `Linux ${release()}, ${values.seconds} s each: hooks attached; shown as; rows. Or why it does not run.`,
    '',
    `| ${values.own ? 'script' : 'tool'} | ${versions.map(({ version }) => `bpftrace ${version}`).join(' | ')} |`,
    `|---|${versions.map(() => '---|').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
  console.log(`\n${table}`)
  if (values.write) write(table)
  return blind > 0 ? 1 : 0
}

/** Until there are keys, servers and files. */
const WORK_BEGINS_MS = 5000

/** Beside work for all of them. */
const ofTools = async (
  chosen: (name: string) => boolean,
  run: (path: string, name: string, onReady: () => void) => Promise<void>,
): Promise<void> => {
  const tools = readdirSync(values.tools)
    .filter((name) => name.endsWith('.bt') && chosen(name.slice(0, -3)))
    .sort()
  const folder = mkdtempSync(join(tmpdir(), 'probetop-scripts-'))
  const work = execa('bash', [join(ROOT, 'test', 'scripts', 'work.sh'), folder], {
    reject: false,
    detached: true,
    cleanup: false,
    stdio: 'ignore',
  })
  // only while one is watched: on a slow machine it would keep the next from starting
  const signal = (name: NodeJS.Signals): void => void process.kill(-work.pid!, name)
  try {
    await sleep(WORK_BEGINS_MS)
    for (const tool of tools) {
      signal('SIGSTOP')
      await run(join(values.tools, tool), tool.slice(0, -3), () => signal('SIGCONT'))
    }
  } finally {
    signal('SIGKILL')
    await work
    rmSync(folder, { recursive: true, force: true })
  }
}

const write = (table: string): void => {
  const path = join(ROOT, 'probes', 'README.md')
  const before = readFileSync(path, 'utf8')
  const [from, to] = [before.indexOf(BEGIN), before.indexOf(END, before.indexOf(BEGIN))]
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table: ${BEGIN} … ${END}`)
  writeFileSync(path, `${before.slice(0, from)}${BEGIN}\n${table}\n${before.slice(to)}`)
}

process.exitCode = await main()
