// `npm run truth`: real workloads, our figures beside those of something that is not us, as a table; `-- runq offcpu`
// for these areas only, `--quick` as in the tests, `--json` for machines. Exit code 1 when a figure is out, 2 for an area that there is not.
import { parseArgs } from 'node:util'
import { tellPlainly } from '../helpers/tool.ts'
import { AREAS } from './areas.ts'
import { isOut } from './check.ts'
import type { Check } from './check.ts'
import { measured } from './run.ts'
import { summary, table } from './table.ts'

tellPlainly('truth')

const { values: options, positionals: wanted } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' } },
  allowPositionals: true,
})
const unknown = wanted.filter((name) => !AREAS.some((area) => area.name === name))

if (unknown.length > 0) {
  console.error(`no such area: ${unknown.join(' ')}; there are ${AREAS.map(({ name }) => name).join(' ')}`)
  process.exitCode = 2
} else {
  const checks: Check[] = []
  for (const area of AREAS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    if (!options.json) process.stderr.write(`${area.name} ...\n`)
    checks.push(...(await measured(area, options.quick ? 'quick' : 'full')))
  }
  if (options.json) console.log(JSON.stringify(checks, null, 1))
  else console.log(`${table(checks)}\n${summary(checks)}`)
  if (checks.some(isOut)) process.exitCode = 1
}
