// Runs tests that stand before it in its bundle, up to the first that fails. MUTANT chooses a mutant and MUTANTS_TESTS the
// tests by their numbers; without the latter all run but those left out, and which mutants each of them comes by goes to the file MUTANTS_ASKED.
import { writeFileSync } from 'node:fs'
import { tests } from './quick-ava.ts'

/** What a bundle in which nothing is changed does not have. */
const { mutantsAsked: asked = new Set<number>() } = globalThis as { mutantsAsked?: Set<number> }

/** `first` are the mutants that are come by before any test. */
export type Survey = {
  first: number[]
  loadMs: number
  tests: { title: string; ok: boolean | undefined; ms: number; numbers: number[] }[]
}

const taken = (): number[] => {
  const numbers = [...asked]
  asked.clear()
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

const { MUTANTS_ASKED: file, MUTANTS_LEFT_OUT: leftOut = '[]', MUTANTS_TESTS: chosen } = process.env
// a test that waits for what never comes ends the process, which is a failure
process.exitCode = 1
if (file !== undefined) {
  const result: Survey = { first: taken(), loadMs: performance.now(), tests: [] }
  const without = JSON.parse(leftOut) as string[]
  for (const { title, run } of tests) {
    const isLeftOut = without.some((start) => title.startsWith(start))
    const startMs = performance.now()
    const ok = isLeftOut ? undefined : await isOk(run)
    result.tests.push({ title, ok, ms: performance.now() - startMs, numbers: taken() })
  }
  writeFileSync(file, JSON.stringify(result))
} else for (const number of chosen!.split(' ')) if (!(await isOk(tests[Number(number)]!.run))) process.exit(1)
process.exit(0)
