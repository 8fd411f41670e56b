// Runs a program that says something and ends: nothing on its input, a clean environment, bounded in bytes and time.
import { promisify } from 'node:util'
import { goNormally } from '../../source/priority.ts'

const LONGEST_MS = 10_000
const MOST_BYTES = 10_000

/** What it said on its output; undefined where it failed, whatever for. */
export const askProgram = async (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { longestMs = LONGEST_MS, mostBytes = MOST_BYTES } = {},
): Promise<string | undefined> => {
  // most engines ask nothing, and it takes a while to load
  const { execFile } = await import('node:child_process')
  const asked = promisify(execFile)(file, args, { env, timeout: longestMs, maxBuffer: mostBytes })
  if (asked.child.pid !== undefined) goNormally(asked.child.pid)
  asked.child.stdin?.end()
  try {
    return (await asked).stdout
  } catch {
    return undefined
  }
}
