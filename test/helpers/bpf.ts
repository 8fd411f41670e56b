// For tests that load real probes. Where that cannot be done they count as skipped, with the reason: the runner reads
// the line "skipped: ..." in a test's log.
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { bpfReason, missingCommand } from './rights.ts'

type Implementation = (t: ExecutionContext) => void | Promise<void>

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
