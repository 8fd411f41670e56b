import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { essence, npmPackagesAreHere } from '../../src/setup/npm.mjs'
import { temporaryFolder } from '../helpers/temporary.ts'

const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages })

test('installed is what the lock file names, in its versions; packages for other systems may lack', (t) => {
  const root = temporaryFolder(t)
  t.false(npmPackagesAreHere(root))
  const wanted = {
    '': { name: 'probetop' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/other-system': { version: '1.0.0', optional: true },
  }
  writeFileSync(join(root, 'package-lock.json'), lock(wanted))
  t.false(npmPackagesAreHere(root))

  mkdirSync(join(root, 'node_modules/a'), { recursive: true })
  const installed = (version: string) =>
    writeFileSync(join(root, 'node_modules/.package-lock.json'), lock({ 'node_modules/a': { version } }))
  installed('1.0.0')
  t.true(npmPackagesAreHere(root))
  installed('0.9.0')
  t.false(npmPackagesAreHere(root))
})

test("of npm's output the lines that say what happened are shown", (t) => {
  const output = [
    'npm warn Unknown user config "x".',
    'npm error code ECONNREFUSED',
    'npm error FetchError: request to http://127.0.0.1:9/a failed, reason: connect ECONNREFUSED 127.0.0.1:9',
    'npm error     at ClientRequest.<anonymous> (/usr/lib/node_modules/npm/index.js:130:14)',
    "npm error   type: 'system'",
    'npm error }',
    'npm error A complete log of this run can be found in: /home/x/.npm/_logs/debug-0.log',
    'npm notice New minor version of npm available!',
  ].join('\n')
  t.deepEqual(essence(output).split('\n'), [
    'npm error code ECONNREFUSED',
    'npm error FetchError: request to http://127.0.0.1:9/a failed, reason: connect ECONNREFUSED 127.0.0.1:9',
  ])
  t.is(essence('spawn npm ENOENT'), 'spawn npm ENOENT')
})
