// `npm test`: makes everything ready, test packages included, checks types, format and lint, and runs the tests (arguments go to
// AVA); with --full also the long ones, which are those of files named *.long.test.ts. The last line of output is
// "N passed, N failed, N skipped"; the exit code says the same. The few that failed are run once more, alone, and that
// is said: a machine that does other things makes tests late, and the kernel leaves programs out for some milliseconds
// while others are attached.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { withoutNpm } from './packages.mjs'
import { ROOT } from './places.mjs'
import { makeReady, orExit, splitArguments } from './ready.mjs'
import { run } from './run.mjs'
import { step } from './say.mjs'
import { buildGroups, buildTests, bundleOf, bundleOfGroup, testFiles } from './test-bundles.mjs'
import { placeOf, summary, tapReader } from './tap.mjs'

/** @param {string} name */
const tool = (name) => join(ROOT, 'node_modules', '.bin', name)

/** Tests that compare what probes say, or how long something takes: one after the other. */
const ONE_BY_ONE =
  /^test\/(engine\/(native(?!\/(btf-types|scaled-hist))|probes|(cost|hooks)\.long|main\.test|symbols\/hostile)|kernels|process\/(healthy|verdicts)|scripts|source\/stuck|truth)\b/

/** Short tests by the group they belong to, which is the first that fits. One process runs all of a group: starting one takes
 * longer than most tests. */
const GROUPS = Object.entries({
  kernel: ONE_BY_ONE,
  screens: /^test\/(app|panels)\//,
  others: /^test\/(bench|cli|model|mutants|screen|stream|[^/]+\.test)\b/,
  tools: /^test\/engine\/(bpftrace|tools)\//,
  engine: /^test\/engine\//,
  process: /^test\/process\//,
  source: /^test\/source\//,
  rest: /./,
})
/** Those of a line run at the same time: of tools, engine, process and source most is to wait, and the others use the CPUs meanwhile. */
const TOGETHER = [['tools', 'engine', 'process', 'source', 'screens', 'others', 'rest'], ['kernel']]

/** Of long tests, much of what they do is to wait. */
const SIDE_BY_SIDE = 3

/** So many may have failed for want of time; more have another reason. Of all there are an hour's. */
const FEW = { usual: 5, full: 12 }

/** The slowest are named at the end. */
const MOST_SLOW = 10

/** Builds and runs them. @param {boolean} full  the long ones, too */
const runEvery = async (full) => {
  const files = testFiles()
  const isLong = (/** @type {string} */ file) => file.endsWith('.long.test.ts')
  const long = files.filter((file) => full && isLong(file))
  const groupOf = (/** @type {string} */ file) => GROUPS.find(([, pattern]) => pattern.test(file))?.[0]
  const short = files.filter((file) => !isLong(file))
  await Promise.all([
    buildGroups(Object.fromEntries(GROUPS.map(([name]) => [name, short.filter((file) => groupOf(file) === name)]))),
    buildTests(long),
  ])
  return runAll(
    [
      ...TOGETHER.map((names) => sideBySide(names.length, names.map(bundleOfGroup))),
      sideBySide(
        SIDE_BY_SIDE,
        long.filter((file) => !ONE_BY_ONE.test(file)),
      ),
      long.filter((file) => ONE_BY_ONE.test(file)),
    ],
    full ? FEW.full : FEW.usual,
  )
}

/** @param {number} count @param {readonly string[]} files */
const sideBySide = (count, files) => (files.length > 0 ? ['--no-serial', `--concurrency=${count}`, ...files] : [])

/** Tests are run from their bundles. @param {string} arg  a file, folder or pattern below test/, or an option */
const built = (arg) => (arg.startsWith('test/') ? bundleOf(arg) : arg)

/** @param {readonly string[]} args */
const runAva = async (args) => {
  const reader = tapReader()
  const child = spawn(tool('ava'), ['--tap', ...args.map(built)], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const shown = reader.line(line)
    if (shown !== undefined) console.log(shown)
  }
  const code = await ended
  const { counts, reasons, failed, took } = reader.end()
  for (const [reason, titles] of reasons) console.log(`skipped: ${reason}\n  ${titles.join('\n  ')}`)
  // AVA may fail without any test having failed, by not finding one for instance
  return { counts: code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts, failed, took }
}

/** @param {readonly (readonly string[])[]} runs @param {number} few  are tried again
 * @returns {Promise<import('./tap.mjs').Counts>} */
const runAll = async (runs, few = FEW.usual) => {
  const all = { passed: 0, failed: 0, skipped: 0 }
  /** @type {string[]} */
  const titles = []
  /** @type {(readonly [title: string, ms: number])[]} */
  const slow = []
  for (const args of runs.filter((each) => each.length > 0)) {
    const { counts, failed, took } = await runAva(args)
    all.passed += counts.passed
    all.failed += counts.failed
    all.skipped += counts.skipped
    titles.push(...failed)
    slow.push(...took)
  }
  for (const [title, ms] of slow.toSorted((a, b) => b[1] - a[1]).slice(0, MOST_SLOW))
    console.log(`took ${(ms / 1000).toFixed(1)} s: ${title}`)
  return titles.length > few ? all : again(all, titles)
}

/** @param {import('./tap.mjs').Counts} all @param {readonly string[]} titles */
const again = async (all, titles) => {
  const places = titles.flatMap((title) => placeOf(title, (path) => existsSync(join(ROOT, path))) ?? [])
  if (places.length > 0) await buildTests(places.map(({ file }) => file))
  for (const { file, name } of places) {
    console.log(`failed, tried again: ${name} (${file})`)
    const { counts } = await runAva([file, `--match=${name.replace(/^!/, '*')}`])
    if (counts.failed > 0 || counts.passed + counts.skipped === 0) continue
    all.failed--
    if (counts.passed > 0) all.passed++
    else all.skipped++
  }
  return all
}

await orExit(async () => {
  process.env['PATH'] = withoutNpm(process.env['PATH'] ?? '')
  const { yes, rest } = splitArguments(process.argv.slice(2))
  const full = rest.includes('--full')
  const args = rest.filter((arg) => arg !== '--full')
  const { troubles } = await makeReady({ tests: true, yes })
  let counts = { passed: 0, failed: 1, skipped: 0 }
  if (troubles.length === 0) {
    const [types, style] = await step('Checking types, format and lint', () =>
      Promise.all([run(tool('tsc'), ['-p', '.'], { cwd: ROOT }), run('npm', ['run', '-s', 'lint'], { cwd: ROOT })]),
    )
    if (types.code !== 0 || style.code !== 0) console.log(types.output + style.output)
    else {
      if (args.length > 0) await buildTests(testFiles())
      counts = await (args.length > 0 ? runAll([args]) : runEvery(full))
    }
  }
  console.log(summary(counts))
  if (counts.failed > 0) process.exitCode = 1
})
