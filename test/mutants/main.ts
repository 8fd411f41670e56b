// `npm run mutants -- [--seed N] [--count N] [FOLDER...]`: makes small random changes to what is pure, and says which of
// them no test notices. All are in one build; a number in the environment says which of them is on. Exit code 1 when
// fewer are noticed than should be.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../../src/setup/places.mjs'
import { Refused, tellPlainly, wholeNumber } from '../helpers/tool.ts'
import { choose } from './choose.ts'
import { buildWith, noticer } from './noticed.ts'

tellPlainly('mutants')

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    unseen: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
/** Below src/; a folder or a file. */
const PLACES = positionals.length > 0 ? positionals : ['model', 'app', 'panels', 'stream']
const NOTICED_AT_LEAST = 0.9

const sources = new Map(
  readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && PLACES.some((place) => name === place || name.startsWith(`${place}/`)))
    .map((name) => `src/${name}`)
    .sort()
    .map((file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const),
)
if (sources.size === 0) throw new Refused(`nothing is below src/ in ${PLACES.join(' ')}`)
const mutants = choose(sources, wholeNumber('--count', values.count), wholeNumber('--seed', values.seed))
await buildWith(mutants)
const { isNoticed, testsOf, failed, end } = await noticer(mutants)
for (const title of failed) console.log(`left out, as it fails without any mutant: ${title}`)
if (failed.length > 0) process.exitCode = 1

if (values.unseen) {
  const unseen = mutants.filter((mutant) => testsOf(mutant).length === 0)
  for (const { file, line, what } of unseen.toSorted((a, b) => (a.file < b.file ? -1 : 1) || a.line - b.line))
    console.log(`${file}:${line}: ${what}`)
  console.log(`${unseen.length} of ${mutants.length} are come by in no test`)
  process.exit()
}

let [noticed, done] = [0, 0]
for (const mutant of mutants) {
  if (await isNoticed(mutant)) noticed++
  else {
    const { file, line, what } = mutant
    console.log(`not noticed by ${testsOf(mutant).length} tests: ${file}:${line}: ${what}`)
  }
  if (++done % 10 === 0) process.stderr.write(`${noticed} of ${done} noticed\n`)
}
end()

const share = ((100 * noticed) / mutants.length).toFixed(1)
console.log(`${noticed} of ${mutants.length} noticed, ${share} %, seed ${values.seed}`)
if (noticed < NOTICED_AT_LEAST * mutants.length) process.exitCode = 1
