// For tests that load real probes. Where that cannot be done they count as skipped, with the reason: the runner reads
// the line "skipped: ..." in a test's log.
import { availableParallelism } from 'node:os'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { readStolenMs } from './stolen.ts'
import { bpfReason, missingCommand } from './rights.ts'

type Implementation = (t: ExecutionContext) => void | Promise<void>

/** A test that needs real BPF, and perhaps some commands. */
export const bpfTest = (title: string, implementation: Implementation, commands: readonly string[] = []): void =>
  testUnless(bpfReason() ?? missingCommand(commands), title, undisturbed(implementation))

/** A test that needs commands of the system. */
export const commandTest = (title: string, commands: readonly string[], implementation: Implementation): void =>
  testUnless(missingCommand(commands), title, implementation)

/** Reports the test as skipped when there is a reason; for tests that find out only while they run. */
export const skip = (t: ExecutionContext, reason: string): void => {
  t.log(`skipped: ${reason}`)
  t.pass()
}

const ATTEMPTS_AT_MOST = 5
/** Share of all CPUs. */
const DISTURBED = 0.01

/** Attempts that failed while the hypervisor took so much of the CPUs that clocks say little do not count. */
export const undisturbed =
  (implementation: Implementation): Implementation =>
  async (t) => {
    for (let made = 1; ; made++) {
      const [startMs, stolenBeforeMs] = [performance.now(), readStolenMs()]
      const attempt = await t.try(implementation)
      const stolen = (readStolenMs() - stolenBeforeMs) / ((performance.now() - startMs) * availableParallelism())
      if (attempt.passed || stolen < DISTURBED || made === ATTEMPTS_AT_MOST) return attempt.commit()
      const percent = (100 * stolen).toFixed(1)
      t.log(
        `tried again, ${percent} % of the CPUs having been stolen: ${attempt.errors[0]?.message ?? 'no error given'}`,
      )
      attempt.discard()
    }
  }

const testUnless = (reason: string | undefined, title: string, implementation: Implementation): void =>
  test.serial(title, reason === undefined ? implementation : (t) => skip(t, reason))
