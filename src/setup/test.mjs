// `npm test`: makes everything ready, test packages included, checks the types and runs the tests (arguments go to
// AVA). The last line of output is "N passed, N failed, N skipped"; the exit code says the same.
import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { withoutNpm } from './packages.mjs'
import { ROOT } from './places.mjs'
import { makeReady, orExit, splitArguments } from './ready.mjs'
import { run } from './run.mjs'
import { step } from './say.mjs'
import { summary, tapReader } from './tap.mjs'

/** @param {string} name */
const tool = (name) => join(ROOT, 'node_modules', '.bin', name)

/** Folders whose tests share the kernel, or look at clocks: one after the other. The rest runs side by side. */
const ONE_BY_ONE = ['engine', 'kernels', 'process', 'source', 'truth']

/** @returns {string[][]} */
const allRuns = () => {
  const names = readdirSync(join(ROOT, 'test'))
  const places = names.filter((name) => name.endsWith('.test.ts') || containsTests(name))
  const sideBySide = places.filter((name) => !ONE_BY_ONE.includes(name)).map((name) => `test/${name}`)
  return [['--no-serial', '--concurrency=2', ...sideBySide], ONE_BY_ONE.map((name) => `test/${name}`)]
}

/** @param {string} name */
const containsTests = (name) =>
  statSync(join(ROOT, 'test', name)).isDirectory() &&
  readdirSync(join(ROOT, 'test', name), { recursive: true }).some((file) => String(file).endsWith('.test.ts'))

/** @param {readonly string[]} args */
const runAva = async (args) => {
  const reader = tapReader()
  const child = spawn(tool('ava'), ['--tap', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
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
  const { counts, reasons } = reader.end()
  for (const [reason, titles] of reasons) console.log(`skipped: ${reason}\n  ${titles.join('\n  ')}`)
  // AVA may fail without any test having failed, by not finding one for instance
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/** @param {readonly (readonly string[])[]} runs */
const runAll = async (runs) => {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const args of runs) {
    const { passed, failed, skipped } = await runAva(args)
    counts.passed += passed
    counts.failed += failed
    counts.skipped += skipped
  }
  return counts
}

await orExit(async () => {
  process.env['PATH'] = withoutNpm(process.env['PATH'] ?? '')
  const { yes, rest } = splitArguments(process.argv.slice(2))
  const { troubles } = await makeReady({ tests: true, yes })
  let counts = { passed: 0, failed: 1, skipped: 0 }
  if (troubles.length === 0) {
    const types = await step('Checking types', () => run(tool('tsc'), ['-p', '.'], { cwd: ROOT }))
    if (types.code === 0) counts = await runAll(rest.length > 0 ? [rest] : allRuns())
    else console.log(types.output)
  }
  console.log(summary(counts))
  if (counts.failed > 0) process.exitCode = 1
})
