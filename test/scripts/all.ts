// Every tool that comes with bpftrace, unmodified, one by one, under work that should show in it; or the scripts that come
// with probetop, each beside its own work; or tools of bcc: what became of each.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { ROOT } from '../../src/paths.ts'
import { BCC, runTool } from './bcc.ts'
import { OWN_SCRIPTS, runOwn } from './own.ts'
import { planFor, runScript, type Ran } from './run.ts'
import type { Bpftrace } from './versions.ts'

export type Which = 'tools' | 'own' | 'bcc'

interface AllOptions {
  which: Which
  /** Empty: all. */
  names: readonly string[]
  seconds: number
  /** To attach at most, on slow machines. */
  startMs?: number
  versions: readonly Bpftrace[]
  /** More work, of a machine that is ours alone. */
  more?: string
  onRan(name: string, ran: Ran, version?: string): void
}

/** Where Debian has them. */
export const TOOLS = '/usr/sbin'

export const toolsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.bt'))
    .map((name) => name.slice(0, -3))
    .sort()

/** What may be chosen by name. */
export const namesOf = (which: Which): readonly string[] =>
  which === 'own' ? OWN_SCRIPTS : which === 'bcc' ? BCC.map(([name]) => name!) : toolsIn(TOOLS)

export const cellOf = ({ attached, of, shown, rows, reason, lost }: Ran): string =>
  reason === undefined
    ? [...(of > 0 ? [`${attached} of ${of}`] : []), shown.join(', ') || 'nothing', String(rows)].join('; ') +
      (lost > 0 ? `, lost ${lost}` : '')
    : reason.replaceAll('|', '\\|')

export const runAll = async (options: AllOptions): Promise<void> => {
  const { which, names, seconds, startMs, versions, onRan } = options
  const isWanted = (name: string): boolean => names.length === 0 || names.includes(name)
  if (which === 'own') {
    for (const name of OWN_SCRIPTS.filter(isWanted))
      for (const { folder, version } of versions)
        onRan(name, await runOwn(name, { folder, seconds, startMs, until: () => false }), version)
    return
  }
  await besideWork(options.more, async (onReady) => {
    if (which === 'bcc')
      for (const words of BCC.filter(([name]) => isWanted(name!)))
        onRan(words.join(' '), await runTool(words, { seconds, startMs, onReady: onReady.begin }).finally(onReady.end))
    else
      for (const name of toolsIn(TOOLS).filter(isWanted))
        for (const { folder, version } of versions) {
          const plan = planFor(join(TOOLS, `${name}.bt`))
          const settings = { folder, seconds, startMs, onReady: onReady.begin }
          onRan(name, await runScript(plan, settings).finally(onReady.end), version)
        }
  })
}

/** Until there are keys, servers and files. */
const WORK_BEGINS_MS = 5000

/** Only while one is watched: on a slow machine it would keep the next from starting. */
const besideWork = async (
  more: string | undefined,
  run: (work: { begin(): void; end(): void }) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-scripts-'))
  const script = join(ROOT, 'test', 'scripts', 'work.sh')
  const work = execa('bash', [script, folder, ...(more === undefined ? [] : [more])], {
    reject: false,
    detached: true,
    cleanup: false,
    stdio: 'ignore',
  })
  const signal = (name: NodeJS.Signals): void => void process.kill(-work.pid!, name)
  try {
    await sleep(WORK_BEGINS_MS)
    signal('SIGSTOP')
    await run({ begin: () => signal('SIGCONT'), end: () => signal('SIGSTOP') })
  } finally {
    signal('SIGKILL')
    await work
    rmSync(folder, { recursive: true, force: true })
  }
}
