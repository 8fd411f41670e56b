// Programs that do a known amount of work (test/bench/*.c, test/truth/*.c), compiled once, and a probe read around them.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ProbeContext } from '../../src/engine/probe.ts'
import { BUILD, PROBES, PROBES_BUILT, ROOT } from '../../src/paths.ts'

const run = promisify(execFile)

/** Path of the compiled loops.c; needs clang and the C library's headers. */
export const loopsPath = (): string => compiled('loops')

/** Path of a program compiled from FOLDER/NAME.c; with other options it needs a name of its own. */
export const compiled = (
  name: string,
  folder = 'test/bench',
  options: readonly string[] = ['-pthread'],
  as = name,
): string => {
  const source = join(ROOT, folder, `${name}.c`)
  const binary = join(BUILD, 'test', as)
  if (!existsSync(binary) || statSync(binary).mtimeMs < statSync(source).mtimeMs) {
    mkdirSync(join(BUILD, 'test'), { recursive: true })
    execFileSync('clang', ['-O2', ...options, '-o', binary, source])
  }
  return binary
}

/** Runs loops.c; resolves to its process id and the ns a round took. */
export const loops = async (...words: (string | number)[]): Promise<{ pid: number; nsPerRound: number }> => {
  const running = run(loopsPath(), words.map(String))
  const { stdout } = await running
  return { pid: running.child.pid!, nsPerRound: Number(stdout) }
}

/** Starts a command and leaves it running, as long as this process does: one that is killed can stop nothing any more. */
export const start = (command: string, words: readonly string[]) =>
  spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...words], { stdio: 'ignore' })

export const sleepMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const probeContext: ProbeContext = {
  objects: PROBES_BUILT,
  scripts: PROBES,
  intervalMs: 1000,
  nowMs: Date.now,
  log: () => {},
}

/** A real probe while the body runs. */
export const withProbe = async <P extends { close(): void | Promise<void> }, T>(
  startProbe: (context: ProbeContext) => P,
  body: (probe: P) => Promise<T>,
): Promise<T> => {
  const probe = startProbe(probeContext)
  try {
    return await body(probe)
  } finally {
    await probe.close()
  }
}
