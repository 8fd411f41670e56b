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
  testUnless(bpfReason() ?? missingCommand(commands), title, sayingStolen(implementation))

/** A test that needs commands of the system. */
export const commandTest = (title: string, commands: readonly string[], implementation: Implementation): void =>
  testUnless(missingCommand(commands), title, implementation)

/** Reports the test as skipped when there is a reason; for tests that find out only while they run. */
export const skip = (t: ExecutionContext, reason: string): void => {
  t.log(`skipped: ${reason}`)
  t.pass()
}

/** Share of all CPUs. */
const DISTURBED = 0.01

/** One that fails while the hypervisor takes so much of the CPUs that clocks say little says so. Nothing is tried again here: the
 * runner does that, once. */
export const sayingStolen =
  (implementation: Implementation): Implementation =>
  async (t) => {
    const [startMs, stolenBeforeMs] = [performance.now(), readStolenMs()]
    try {
      await implementation(t)
    } catch (error) {
      const stolen = (readStolenMs() - stolenBeforeMs) / ((performance.now() - startMs) * availableParallelism())
      if (stolen >= DISTURBED) t.log(`${(100 * stolen).toFixed(1)} % of the CPUs were stolen while it failed`)
      throw error
    }
  }

const testUnless = (reason: string | undefined, title: string, implementation: Implementation): void =>
  test.serial(title, reason === undefined ? implementation : (t) => skip(t, reason))
