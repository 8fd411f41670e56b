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

/** Tests of what asks neither the kernel nor the clock: one process runs all of a group, as starting one takes longer than
 * most of these tests. */
const GROUPS = Object.entries({
  screens: /^test\/(app|panels)\//,
  others: /^test\/(bench|cli|model|mutants|screen|stream|[^/]+\.test)\b/,
})

/** Tests that compare what probes say, or how long something takes: one after the other. The rest runs side by side. */
const ONE_BY_ONE = [
  'test/engine/cost.long.test.ts',
  'test/engine/hooks.long.test.ts',
  'test/engine/main.test.ts',
  'test/engine/native',
  'test/engine/probes',
  'test/engine/symbols/hostile.long.test.ts',
  'test/engine/probes.test.ts',
  'test/kernels',
  'test/source/stuck.long.test.ts',
  'test/truth',
]

/** Much of what they do is to wait. */
const SIDE_BY_SIDE = 3

/** So many may have failed for want of time; more have another reason. */
const FEW = 5

/** Builds and runs them. @param {boolean} full  the long ones, too */
const runEvery = async (full) => {
  const isAlone = (/** @type {string} */ file) =>
    ONE_BY_ONE.some((place) => file === place || file.startsWith(`${place}/`))
  const files = testFiles().filter((file) => full || !file.endsWith('.long.test.ts'))
  const groups = Object.fromEntries(GROUPS.map(([name, pattern]) => [name, files.filter((file) => pattern.test(file))]))
  const own = files.filter((file) => !Object.values(groups).flat().includes(file))
  await Promise.all([buildGroups(groups), buildTests()])
  return runAll([
    ['--no-serial', '--concurrency=2', ...Object.keys(groups).map(bundleOfGroup)],
    ['--no-serial', `--concurrency=${SIDE_BY_SIDE}`, ...own.filter((file) => !isAlone(file))],
    own.filter(isAlone),
  ])
}

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
  const { counts, reasons, failed } = reader.end()
  for (const [reason, titles] of reasons) console.log(`skipped: ${reason}\n  ${titles.join('\n  ')}`)
  // AVA may fail without any test having failed, by not finding one for instance
  return { counts: code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts, failed }
}

/** @param {readonly (readonly string[])[]} runs
 * @returns {Promise<import('./tap.mjs').Counts>} */
const runAll = async (runs) => {
  const all = { passed: 0, failed: 0, skipped: 0 }
  /** @type {string[]} */
  const titles = []
  for (const args of runs) {
    const { counts, failed } = await runAva(args)
    all.passed += counts.passed
    all.failed += counts.failed
    all.skipped += counts.skipped
    titles.push(...failed)
  }
  return titles.length > FEW ? all : again(all, titles)
}

/** @param {import('./tap.mjs').Counts} all @param {readonly string[]} titles */
const again = async (all, titles) => {
  for (const title of titles) {
    const place = placeOf(title, (path) => existsSync(join(ROOT, path)))
    if (!place) continue
    console.log(`failed, tried again: ${title}`)
    const { counts } = await runAva([place.file, `--match=${place.name.replace(/^!/, '*')}`])
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
    const types = await step('Checking types', () => run(tool('tsc'), ['-p', '.'], { cwd: ROOT }))
    const style = await step('Checking format and lint', () => run('npm', ['run', '-s', 'lint'], { cwd: ROOT }))
    if (types.code !== 0 || style.code !== 0) console.log(types.output + style.output)
    else {
      if (args.length > 0) await buildTests()
      counts = await (args.length > 0 ? runAll([args]) : runEvery(full))
    }
  }
  console.log(summary(counts))
  if (counts.failed > 0) process.exitCode = 1
})
