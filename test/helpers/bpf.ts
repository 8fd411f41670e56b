// For tests that load real probes. Where that cannot be done they count as skipped, with the reason: the runner reads
// the line "skipped: ..." in a test's log.
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { preflight } from '../../src/cli/preflight.ts'
import { tryToLoad } from '../../src/engine/native/trial.ts'
import { thisHost } from '../../src/setup/packages.mjs'

type Implementation = (t: ExecutionContext) => void | Promise<void>

let known: { reason: string | undefined } | undefined

/** Why real probes cannot be loaded by this process; undefined when they can. */
export const bpfReason = (): string | undefined => (known ??= { reason: findReason() }).reason

/** A test that needs real BPF, and perhaps some commands. */
export const bpfTest = (title: string, implementation: Implementation, commands: readonly string[] = []): void =>
  testUnless(bpfReason() ?? missingCommand(commands), title, implementation)

/** A test that needs commands of the system. */
export const commandTest = (title: string, commands: readonly string[], implementation: Implementation): void =>
  testUnless(missingCommand(commands), title, implementation)

/** Reports the test as skipped when there is a reason; for tests that find out only while they run. */
export const skip = (t: ExecutionContext, reason: string): void => {
  t.log(`skipped: ${reason}`)
  t.pass()
}

const testUnless = (reason: string | undefined, title: string, implementation: Implementation): void =>
  test.serial(title, reason === undefined ? implementation : (t) => skip(t, reason))

const findReason = (): string | undefined => {
  if (process.geteuid?.() !== 0) return 'real BPF needs root'
  const ready = preflight()
  if (!ready.ok) return `no real BPF here: ${ready.why}`
  try {
    tryToLoad()
    return undefined
  } catch (error) {
    return `no real BPF here: ${error instanceof Error ? error.message : String(error)}`
  }
}

const missingCommand = (commands: readonly string[]): string | undefined => {
  const absent = commands.filter((command) => !thisHost().has(command))
  return absent.length === 0 ? undefined : `not installed: ${absent.join(' ')}`
}
