// Runs the tests that stand before it in its bundle, as it is told by the process that started it: all of them, to learn
// which mutants each comes by, or some of them with a mutant on, up to the first that fails.
import { tests } from './quick-ava.ts'

/** Of the code in which the mutants are: which of them is on, and which were asked for. */
interface Mutants {
  on: number
  asked: Set<number>
}

export type Order =
  | { is: 'survey'; without: readonly string[] }
  | { is: 'try'; number: number; tests: readonly number[] }

export interface Survey {
  /** Mutants that are come by before any test. */
  first: number[]
  loadMs: number
  tests: { title: string; ok: boolean | undefined; ms: number; numbers: number[] }[]
}

/** `unclear`: what failed with it fails without it, too, for something that an earlier one left. */
export type Outcome = 'noticed' | 'passed' | 'unclear'

const { mutants = { on: 0, asked: new Set() } } = globalThis as { mutants?: Mutants }

const taken = (): number[] => {
  const numbers = [...mutants.asked]
  mutants.asked.clear()
  return numbers
}

const isOk = async (run: () => unknown): Promise<boolean> => {
  try {
    await run()
    return true
  } catch {
    return false
  }
}

const survey = async (without: readonly string[]): Promise<Survey> => {
  const result: Survey = { first, loadMs, tests: [] }
  for (const { title, run } of tests) {
    const isLeftOut = without.some((start) => title.startsWith(start))
    const startMs = performance.now()
    const ok = isLeftOut ? undefined : await isOk(run)
    result.tests.push({ title, ok, ms: performance.now() - startMs, numbers: taken() })
  }
  return result
}

const outcome = async (number: number, chosen: readonly number[]): Promise<Outcome> => {
  for (const each of chosen) {
    const { run } = tests[each]!
    mutants.on = number
    const ok = await isOk(run)
    mutants.on = 0
    if (!ok) return (await isOk(run)) ? 'noticed' : 'unclear'
  }
  return 'passed'
}

const first = taken()
const loadMs = performance.now()
process.on('disconnect', () => process.exit())
process.on('message', async (order: Order) => {
  process.send!(order.is === 'survey' ? await survey(order.without) : await outcome(order.number, order.tests))
})
