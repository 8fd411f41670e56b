// Whether sudo would give a shell to whoever has the screen, as far as it tells that user without a password: scripts and tools
// that did not come with probetop run only for those. The engine asks for itself, when one is to run.
import { execFile } from 'node:child_process'
import { findProgram } from '../engine/proc/find-program.ts'

const LONGEST_MS = 2000

/** Why not; undefined where it does, or where it does not say. Whoever asks does not wait: sudo may ask another machine. */
export const noShell = (
  { euid, user }: { euid: number | undefined; user: string | undefined },
  sudo = findProgram('sudo'),
): Promise<string | undefined> => {
  // root, or one who was given an engine by sudo itself, with a shell
  if (euid === 0 || user === undefined || sudo === undefined) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    const options = { env: { LC_ALL: 'C' }, timeout: LONGEST_MS }
    const asked = execFile(sudo, ['-n', '-l', '--', '/bin/sh'], options, (error, _, stderr) =>
      // a password that it wants to know is no answer
      resolve(error?.code === 1 && stderr === '' ? `it runs as root, and sudo gives ${user} no shell` : undefined),
    )
    asked.stdin?.end()
  })
}
