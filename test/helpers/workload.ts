// Programs that do a known amount of work (test/bench/*.c, test/truth/*.c), compiled once, and a probe read around them.
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ProbeContext } from '../../src/engine/base/probe.ts'
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
    // whole or not there: other processes may want it, too
    const made = `${binary}.${process.pid}`
    execFileSync('clang', ['-O2', ...options, '-o', made, source])
    renameSync(made, binary)
  }
  return binary
}

/** A 32-bit program that makes calls until its input ends; or why there is none here. */
export const compat = (): { program: string } | { why: string } => {
  if (process.arch !== 'x64') return { why: 'made for x86-64' }
  const program = compiled('compat', 'test/engine/native/fixtures', ['-m32', '-nostdlib', '-static'])
  // kernels can be told not to run any, and a shell is then given it as a script
  return spawnSync(program, { input: '' }).status === 0 ? { program } : { why: 'this kernel runs no 32-bit programs' }
}

/** Runs loops.c; resolves to its process id and the ns a round took. */
export const loops = async (...words: (string | number)[]): Promise<{ pid: number; nsPerRound: number }> => {
  const running = run(loopsPath(), words.map(String))
  const { stdout } = await running
  return { pid: running.child.pid!, nsPerRound: Number(stdout) }
}

/** Starts a command and leaves it running. */
export const start = (command: string, words: readonly string[], detached = false) =>
  spawn(command, words, { stdio: 'ignore', detached })

/** Before a command that ends with this process, which can stop nothing once it is killed. */
export const DIES_WITH_US = ['setpriv', '--pdeathsig', 'KILL', '--'] as const

/** Of one that never ends by itself; `detached`: with a group of its own, by which what it starts is stopped, too. */
export const startEndless = (command: string, words: readonly string[], detached = false) => {
  const [first, ...more] = DIES_WITH_US
  return start(first, [...more, command, ...words], detached)
}

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
