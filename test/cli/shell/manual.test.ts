import { spawnSync } from 'node:child_process'
import test from 'ava'
import { KEYS, keyName } from '../../../src/app/keys/keymap.ts'
import { createCommand } from '../../../src/cli/command-line.ts'
import { manualPage } from '../../../src/cli/shell/manual.ts'
import { optionsOf } from '../../../src/cli/shell/options.ts'
import { textOf } from '../../../src/cli/shell-answers.ts'
import { skip } from '../../helpers/bpf.ts'

const page = textOf({ is: 'man' })

test('the manual has every option and every key', (t) => {
  for (const { names } of optionsOf(createCommand()))
    for (const name of names) t.true(page.includes(`\\fB${name.replaceAll('-', '\\-')}\\fR`), name)
  for (const { keys, where } of KEYS)
    for (const key of keys)
      t.true(page.includes(keyName(key).replaceAll('\\', '\\e').replaceAll('-', '\\-')), `${where} ${key}`)
})

test('nothing in it is a request or an escape by accident', (t) => {
  const text = manualPage({
    version: '1',
    about: 'a',
    options: [{ names: ['--x'], help: ".so /etc/passwd\n'dot \\fBbold" }],
    examples: [],
    exitStatus: [],
  })
  t.true(text.includes("\\&.so /etc/passwd\n\\&'dot \\efBbold"))
})

test('groff has no complaint', (t) => {
  const { error, stderr, stdout, status } = spawnSync('groff', ['-ww', '-man', '-Tutf8'], {
    input: page,
    encoding: 'utf8',
  })
  if (error) return skip(t, 'groff is not installed')
  t.is(status, 0)
  t.deepEqual(
    stderr.split('\n').filter((line) => line !== '' && !/cannot (adjust|break) line/.test(line)),
    [],
  )
  t.true(stdout.replaceAll(/.\x08/g, '').includes('EXIT STATUS'))
})
