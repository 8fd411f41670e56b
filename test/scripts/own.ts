// The scripts that come with probetop, each run beside the work that it should see.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../src/paths.ts'
import { planFor, runScript, type Ran, type RunSettings } from './run.ts'
import { ARGUMENTS, WORKS } from './works.ts'

/** Of a decoder of its own. */
const NATIVE = 'execsnoop'

export const OWN_SCRIPTS: readonly string[] = readdirSync(join(ROOT, 'probes'))
  .filter((name) => name.endsWith('.bt') && name !== `${NATIVE}.bt`)
  .map((name) => name.slice(0, -3))

export const ownPath = (name: string): string => join(ROOT, 'probes', `${name}.bt`)

/** Until it has shown something, or for so many seconds. */
export const runOwn = async (
  name: string,
  settings: Pick<RunSettings, 'folder' | 'seconds' | 'startMs' | 'until'>,
): Promise<Ran> => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-own-'))
  const work = WORKS[name]
  let stop = (): Promise<void> => Promise.resolve()
  try {
    return await runScript(planFor(ownPath(name), ARGUMENTS[name]), {
      until: ({ rows, attached }) => rows > 0 || (work === undefined && attached > 0),
      ...settings,
      onReady: () => work !== undefined && (stop = repeat(work, folder)),
    })
  } finally {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const repeat = (work: string, cwd: string): (() => Promise<void>) => {
  // nor longer than we are there
  const loop = `while kill -0 ${process.pid}; do ${work}\nsleep 0.1; done`
  const shell = spawn('bash', ['-c', loop], { cwd, detached: true, stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => shell.once('close', () => resolve()))
  return () => {
    try {
      process.kill(-shell.pid!, 'SIGKILL')
    } catch {
      // ended by itself
    }
    return ended
  }
}
