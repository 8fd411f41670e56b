// One build with all mutants, and whether a test notices one of them: those that come by it run, the likeliest first, up to
// the first that fails. One process tries many mutants, as starting it takes longer than most tests; what only shows in one
// that has tried others is tried again in a new one.
import { fork, type ChildProcess } from 'node:child_process'
import { dirname, join } from 'node:path'
import { group } from 'd3-array'
import { BUILD, ROOT } from '../../src/setup/places.mjs'
import { buildGroups, testFiles } from '../../src/setup/test-bundles.mjs'
import type { Mutant } from './choose.ts'
import { withMutants } from './mutate.ts'
import type { Order, Outcome, Survey } from './run.ts'

/** Tests of what is changed, of what draws with it, and of what else is made of it. */
const TESTS = /^test\/((app|model|panels|stream|screen)\/|(cli\/config|readme|source\/snapshot-file)\.test)/
/** Those that take longest or look at a clock: how much memory or time something takes, every key on every page. */
const LEFT_OUT = [
  'app › mouse › every place of every page',
  'app › palette › every entry of it',
  'app › stacks › a huge tree',
  'app › stacks-deep › ',
  'app › update › any keys in any order',
  'model › store › stays within its budget',
  'model › thin › the budget is memory',
  'model › scripts › plan › reading is linear',
  'screen › pacer › ',
  'screen › playing › steps that come',
  'screen › theme › the themes that come',
]
const FOLDER = join(BUILD, 'mutants')
const BUNDLE = join(FOLDER, 'together-mutants.test.mjs')

/** In each bundle: whether the n-th is on, and which of them were asked for. */
const BANNER = `globalThis.mutants ??= { on: Number(process.env.MUTANT), asked: new Set() }
globalThis.mutant ??= (number) => (globalThis.mutants.asked.add(number), number === globalThis.mutants.on)`

/** What says that functions ran of a file that has these mutants, or of one that imports from it: whoever reads a constant is
 * in one of them. */
const seenOf = ([first]: readonly Mutant[]): number => -first!.number

const importsOf = (path: string, source: string): Set<string> =>
  new Set(
    [...source.matchAll(/^(?:import|export) (?!type )[^']*from '(\.[^']+)'/gm)].map(([, to]) =>
      join(dirname(path), to!),
    ),
  )

/** Throws Error with esbuild's messages. */
export const buildWith = (mutants: readonly Mutant[]): Promise<unknown> => {
  const byFile = group(mutants, ({ file }) => file)
  return buildGroups(
    { mutants: [...testFiles().filter((file) => TESTS.test(file)), 'test/mutants/run.ts'] },
    {
      folder: FOLDER,
      banner: BANNER,
      sourcemap: false,
      ava: 'test/mutants/quick-ava.ts',
      changed: (path, source) => {
        const imports = importsOf(path, source)
        const seen = [...byFile].flatMap(([file, those]) => (file === path || imports.has(file) ? [seenOf(those)] : []))
        return seen.length > 0 ? withMutants(source, byFile.get(path) ?? [], seen) : source
      },
    },
  )
}

/** A process with the tests; `number`: the mutant that is on from its start. */
const createRunner = (number = 0) => {
  let child: ChildProcess | undefined
  return {
    isNew: () => child === undefined,
    /** undefined: it crashed, or took too long. */
    ask: <T>(order: Order, timeoutMs: number): Promise<T | undefined> => {
      const options = { cwd: ROOT, env: { ...process.env, MUTANT: String(number) }, execArgv: [] }
      child ??= fork(BUNDLE, { ...options, stdio: 'ignore' })
      const { promise, resolve } = withResolvers<T | undefined>()
      const ended = (): void => {
        child = undefined
        resolve(undefined)
      }
      const timer = setTimeout(() => child!.kill('SIGKILL'), timeoutMs)
      child.once('message', resolve as (message: unknown) => void).once('exit', ended)
      child.send(order)
      return promise.finally(() => {
        clearTimeout(timer)
        child?.off('exit', ended)
      })
    },
    end: () => {
      child?.kill('SIGKILL')
      child = undefined
    },
  }
}

const withResolvers = <T>() => {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((done) => (resolve = done))
  return { promise, resolve }
}

/** How tests call the mirror of a file: `app › draw › heat › `. */
const placeOf = (file: string): string => `${file.replace(/^src\/|\.ts$/g, '').replaceAll('/', ' › ')} › `

interface Noticer {
  isNoticed(mutant: Mutant): Promise<boolean>
  /** Numbers of tests that come by it; where that is before any test, of those that run a function of its file or of one that
   * imports from it, or all. */
  testsOf(mutant: Mutant): number[]
  /** Titles of tests that fail without any mutant. */
  failed: string[]
  end(): void
}

/** Runs all tests once, of what was built last. */
export const noticer = async (mutants: readonly Mutant[]): Promise<Noticer> => {
  const runner = createRunner()
  const survey = await runner.ask<Survey>({ is: 'survey', without: LEFT_OUT }, 900_000)
  if (!survey) throw new Error('the tests end without any mutant')
  const { first, loadMs, tests } = survey
  const isEarly = new Set(first)
  const testsOf = ({ file, number }: Mutant): number[] => {
    const place = placeOf(file)
    const weight = ({ title, ms }: Survey['tests'][number]): number => (title.startsWith(place) ? 0 : ms)
    const seen = isEarly.has(number) ? seenOf(mutants.filter((each) => each.file === file)) : number
    const isRun = tests.some((test) => test.numbers.includes(seen))
    return tests
      .map((test, i) => ({ test, i }))
      .filter(({ test }) => test.ok && (test.numbers.includes(seen) || (isEarly.has(number) && !isRun)))
      .toSorted((a, b) => weight(a.test) - weight(b.test))
      .map(({ i }) => i)
  }
  const tried = async (by: typeof runner, { number }: Mutant, chosen: readonly number[]): Promise<Outcome> => {
    const testsMs = chosen.reduce((sum, i) => sum + tests[i]!.ms, 0)
    const timeoutMs = 20_000 + 5 * testsMs + (by.isNew() ? 10 * loadMs : 0)
    return (await by.ask<Outcome>({ is: 'try', number, tests: chosen }, timeoutMs)) ?? 'unclear'
  }
  const isNoticed = async (mutant: Mutant): Promise<boolean> => {
    const chosen = testsOf(mutant)
    if (chosen.length === 0) return false
    if (!isEarly.has(mutant.number)) {
      const wasNew = runner.isNew()
      const outcome = await tried(runner, mutant, chosen)
      if (outcome === 'noticed' || wasNew) return outcome !== 'passed'
      runner.end()
      return (await tried(runner, mutant, chosen)) !== 'passed'
    }
    const own = createRunner(mutant.number)
    const outcome = await tried(own, mutant, chosen)
    own.end()
    return outcome !== 'passed'
  }
  const failed = tests.filter(({ ok }) => ok === false).map(({ title }) => title)
  return { isNoticed, testsOf, failed, end: runner.end }
}
