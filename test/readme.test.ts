// The README says what the program says: its keys and options are the generated ones.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { keysMarkdown } from '../src/app/keymap.ts'
import { parseOptions } from '../src/cli/options.ts'
import { ROOT } from '../src/paths.ts'

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')

test('the keys are those of the key table', (t) => {
  t.true(readme.includes(keysMarkdown().trim()), `to paste:\n${keysMarkdown()}`)
})

test('the options are those of --help', (t) => {
  const parsed = parseOptions(['--help'])
  t.true('answer' in parsed)
  if ('answer' in parsed) t.true(readme.includes(parsed.answer.text.trim()), `to paste:\n${parsed.answer.text}`)
})
