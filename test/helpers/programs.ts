// Small executables made by a test and put in a folder, so that the real way of starting programs is exercised.
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { findProgram } from '../../src/engine/proc/find-program.ts'
import { temporaryFolder } from './temporary.ts'

/** A folder with these shell scripts, and the system's programs of these names. */
export const programs = (
  t: ExecutionContext,
  scripts: Record<string, string>,
  real: readonly string[] = [],
): string => {
  const folder = temporaryFolder(t)
  for (const [name, body] of Object.entries(scripts)) {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\n${body}\n`)
    chmodSync(path, 0o755)
  }
  for (const name of real) symlinkSync(findProgram(name) ?? '/nonesuch', join(folder, name))
  return folder
}

/** Waits until something is true. */
export const until = async (what: () => unknown, ms = 20_000): Promise<void> => {
  const endMs = performance.now() + ms
  while (!(await what())) {
    if (performance.now() > endMs) throw new Error(`not within ${ms} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Alive, and not only an entry that nobody has asked for yet. */
export const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
