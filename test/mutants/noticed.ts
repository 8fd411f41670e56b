// One build with all mutants, and whether a test notices one of them: those that come by it run in a process of their own,
// the likeliest first, up to the first that fails.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUILD, ROOT } from '../../src/setup/places.mjs'
import { buildGroups, testFiles } from '../../src/setup/test-bundles.mjs'
import type { Mutant } from './choose.ts'
import { withMutants } from './mutate.ts'
import type { Survey } from './run.ts'

/** Tests of what is changed, of what draws with it, and of what else is made of it. */
const TESTS = /^test\/((app|model|panels|stream|screen)\/|(cli\/config|readme|source\/snapshot-file)\.test)/
/** Those that take longest, and say how much memory or time something takes or press every key on every page: others see the
 * same sooner. */
const LEFT_OUT = [
  'app › mouse › every place of every page',
  'app › palette › every entry of it',
  'app › stacks › a huge tree',
  'app › stacks-deep › more frames than are let in',
  'app › update › any keys in any order',
  'model › store › stays within its budget',
  'model › thin › the budget is memory',
  'screen › playing › steps that come',
  'screen › theme › the themes that come',
]
const FOLDER = join(BUILD, 'mutants')
const BUNDLE = join(FOLDER, 'together-mutants.test.mjs')

/** In each bundle: whether the n-th is on, and which of them were asked for. */
const BANNER = `globalThis.mutantsAsked ??= new Set()
globalThis.mutant ??= ((on) => (number) => (globalThis.mutantsAsked.add(number), number === on))(Number(process.env.MUTANT))`

/** Throws Error with esbuild's messages. */
export const buildWith = (mutants: readonly Mutant[]): Promise<unknown> =>
  buildGroups(
    { mutants: [...testFiles().filter((file) => TESTS.test(file)), 'test/mutants/run.ts'] },
    {
      folder: FOLDER,
      banner: BANNER,
      sourcemap: false,
      ava: 'test/mutants/quick-ava.ts',
      changed: (path, source) =>
        withMutants(
          source,
          mutants.filter(({ file }) => file === path),
        ),
    },
  )

/** Whether it ended well and in time. */
const run = (env: Record<string, string>, timeoutMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [BUNDLE], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: 'ignore',
      timeout: Math.ceil(timeoutMs),
      killSignal: 'SIGKILL',
    })
    child.on('error', () => resolve(false))
    child.on('close', (code) => resolve(code === 0))
  })

const survey = async (): Promise<Survey> => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-mutants-'))
  const file = join(folder, 'asked.json')
  try {
    await run({ MUTANTS_ASKED: file, MUTANTS_LEFT_OUT: JSON.stringify(LEFT_OUT) }, 600_000)
    return JSON.parse(readFileSync(file, 'utf8')) as Survey
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** How tests call the mirror of a file: `app › draw › heat › `. */
const placeOf = (file: string): string => `${file.replace(/^src\/|\.ts$/g, '').replaceAll('/', ' › ')} › `

export interface Noticer {
  isNoticed(mutant: Mutant): Promise<boolean>
  /** Numbers of tests that come by it; all of them where it is come by before any test. */
  testsOf(mutant: Mutant): number[]
  /** Titles of tests that fail without any mutant. */
  failed: string[]
}

/** Runs all tests once, of what was built last. */
export const noticer = async (): Promise<Noticer> => {
  const { first, loadMs, tests } = await survey()
  const isEarly = new Set(first)
  const testsOf = ({ file, number }: Mutant): number[] => {
    const place = placeOf(file)
    const weight = ({ title, ms }: Survey['tests'][number]): number => (title.startsWith(place) ? 0 : ms)
    return tests
      .map((test, i) => ({ test, i }))
      .filter(({ test }) => test.ok && (isEarly.has(number) || test.numbers.includes(number)))
      .toSorted((a, b) => weight(a.test) - weight(b.test))
      .map(({ i }) => i)
  }
  const isNoticed = async (mutant: Mutant): Promise<boolean> => {
    const numbers = testsOf(mutant)
    if (numbers.length === 0) return false
    const testsMs = numbers.reduce((sum, i) => sum + tests[i]!.ms, 0)
    const env = { MUTANT: String(mutant.number), MUTANTS_TESTS: numbers.join(' ') }
    return !(await run(env, 10_000 + 5 * (loadMs + testsMs)))
  }
  return { isNoticed, testsOf, failed: tests.filter(({ ok }) => ok === false).map(({ title }) => title) }
}
