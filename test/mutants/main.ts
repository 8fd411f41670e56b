// `npm run mutants`: makes small random changes to what is pure, and says which of them no test notices. All are in one
// build; a number in the environment says which of them is on. Exit code 1 when fewer are noticed than should be.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BUILD, ROOT } from '../../src/setup/places.mjs'
import { buildTests, testFiles } from '../../src/setup/test-bundles.mjs'
import { choose } from './choose.ts'
import type { Mutant } from './choose.ts'
import { withMutants } from './mutate.ts'

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '200' } },
  allowPositionals: true,
})
/** Folders below src/ whose code is changed; their tests and those of what draws with them have to notice. */
const FOLDERS = positionals.length > 0 ? positionals : ['model', 'app', 'panels', 'stream']
const TESTS = /^test\/(app|model|panels|stream|screen)\//
const NOTICED_AT_LEAST = 0.9
const TIMEOUT_MS = 120_000
const MUTANTS = join(BUILD, 'mutants')

/** `mutant(n)` in each bundle: whether the n-th is on; which of them were asked for is written down at the end. */
const BANNER = `globalThis.mutant ??= (() => {
  const [on, file, asked] = [Number(process.env.MUTANT), process.env.MUTANTS_ASKED, new Set()]
  if (file) process.on('exit', () => process.getBuiltinModule('node:fs').writeFileSync(file, [...asked].join(' ')))
  return (number) => (asked.add(number), number === on)
})();`

/** What AVA says where not all of the tests in these files pass. */
const failure = (files: readonly string[], env: Record<string, string>): Promise<string | undefined> =>
  new Promise((resolve) => {
    const args = ['--fail-fast', ...files.map((file) => `.build/mutants/${file.replace(/\.ts$/, '.mjs')}`)]
    execFile(
      join(ROOT, 'node_modules/.bin/ava'),
      args,
      { cwd: ROOT, env: { ...process.env, ...env }, timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => resolve(error ? stdout + stderr : undefined),
    )
  })

/** Does something for each of a list, as many at once as there are CPUs. */
const each = async <T>(list: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const left = [...list]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}

const sources = new Map(
  FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, 'src', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `src/${folder}/${name}`)
      .sort()
      .map((file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const),
  ),
)
const mutants = choose(sources, Number(values.count), Number(values.seed))
const files = testFiles().filter((file) => TESTS.test(file))
await buildTests({
  files,
  folder: MUTANTS,
  banner: BANNER,
  changed: (path, source) =>
    withMutants(
      source,
      mutants.filter(({ file }) => file === path),
    ),
})

/** Test file -> the mutants that it comes by, and how long it takes. */
const asked = new Map<string, { numbers: Set<number>; ms: number }>()
const folder = mkdtempSync(join(tmpdir(), 'probetop-mutants-'))
await each(files, async (file) => {
  const list = join(folder, file.replaceAll('/', '_'))
  const startMs = performance.now()
  const failed = await failure([file], { MUTANTS_ASKED: list })
  if (failed !== undefined) {
    console.log(`left out, as it fails without any mutant: ${file}`)
    process.exitCode = 1
    return
  }
  const numbers = readFileSync(list, 'utf8').split(' ').map(Number)
  asked.set(file, { numbers: new Set(numbers), ms: performance.now() - startMs })
})
rmSync(folder, { recursive: true })

/** Those that come by it: first the mirror of its file, then the quickest. */
const testsOf = ({ file, number }: Mutant): string[] => {
  const mirror = file.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')
  const weight = (test: string): number => (test === mirror ? 0 : asked.get(test)!.ms)
  return files.filter((test) => asked.get(test)?.numbers.has(number)).sort((a, b) => weight(a) - weight(b))
}

let [noticed, done] = [0, 0]
await each(mutants, async (mutant) => {
  const tests = testsOf(mutant)
  const env = { MUTANT: String(mutant.number) }
  let isNoticed = false
  for (const some of [tests.slice(0, 1), tests.slice(1)])
    isNoticed ||= some.length > 0 && (await failure(some, env)) !== undefined
  if (isNoticed) noticed++
  else console.log(`not noticed by ${tests.length} test files: ${mutant.file}:${mutant.line}: ${mutant.what}`)
  if (++done % 10 === 0) process.stderr.write(`${noticed} of ${done} noticed\n`)
})

const share = ((100 * noticed) / mutants.length).toFixed(1)
console.log(`${noticed} of ${mutants.length} noticed, ${share} %, seed ${values.seed}`)
if (noticed < NOTICED_AT_LEAST * mutants.length) process.exitCode = 1
