// A program that looks up what it is told, with one C library or another, and what the probe says of it.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ExecutionContext } from 'ava'
import { start } from '../../../../src/engine/probes/names/probe.ts'
import { findLibraries } from '../../../../src/engine/probes/names/libraries.ts'
import { ROOT } from '../../../../src/paths.ts'
import { rowsOf, startHere } from '../../../helpers/described-probe.ts'
import { until } from '../../../helpers/programs.ts'
import { temporaryFolder } from '../../../helpers/temporary.ts'

export const SOURCE = join(ROOT, 'test/engine/probes/fixtures/looks-up.c')
export const MUSL = `/lib/ld-musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`

export const compile = (t: ExecutionContext, compiler: string): string => {
  const program = join(temporaryFolder(t), 'looks-up')
  execFileSync(compiler, ['-O1', '-o', program, SOURCE])
  return program
}

/** Runs until the test ends; says what it is told to look up, and gives what came of it. */
export const asker = (t: ExecutionContext, command: string, words: readonly string[] = []) => {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'ignore'] })
  t.teardown(() => child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)
  const ask = async (line: string): Promise<number> => {
    child.stdin.write(`${line}\n`)
    return Number((await once(lines, 'line'))[0])
  }
  return { pid: child.pid!, ask }
}

type Probe = ReturnType<typeof startHere>

/** With this machine's own libraries, which are looked into one after the other. */
export const startedHere = async (t: ExecutionContext): Promise<Probe> => {
  const probe = startHere(t, start, 'names')
  const own = findLibraries([]).length
  await until(() => probe.ready!() && probe.read().totals['libraries'] === own)
  return probe
}

export const lookupsOf = (probe: Probe, pid: number) => rowsOf(probe.read(), 'lookups').filter((row) => row.pid === pid)

/** What is found more with this process than without it. */
export const foundBy = async (pid: number, isReady: () => boolean) => {
  await until(isReady)
  const known = new Set(findLibraries([]).map(({ id }) => id))
  return findLibraries([pid]).filter(({ id }) => !known.has(id))
}
