// Makes everything ready as for the tests, then runs one TypeScript file with the remaining arguments:
// `node src/setup/tool.mjs test/bench/main.ts --quick`.
import { withoutNpm } from './packages.mjs'
import { ROOT } from './places.mjs'
import { makeReady, orExit, splitArguments } from './ready.mjs'
import { run } from './run.mjs'

await orExit(async () => {
  process.env['PATH'] = withoutNpm(process.env['PATH'] ?? '')
  const { yes, rest } = splitArguments(process.argv.slice(2))
  await makeReady({ tests: true, yes })
  const { code } = await run(process.execPath, ['--import=tsx', ...rest], { cwd: ROOT, show: true })
  process.exitCode = code < 0 ? 1 : code
})
