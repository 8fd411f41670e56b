import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { BUILD, ROOT } from '../../src/paths.ts'
import { SCREEN_FLAGS } from '../../src/source/v8-flags.ts'

test('the screen starts with its flags, however it is started', (t) => {
  const [shebang] = readFileSync(join(BUILD, 'probetop.cjs'), 'utf8').split('\n', 1)
  t.is(shebang, `#!/usr/bin/env -S node ${SCREEN_FLAGS.join(' ')}`)
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  t.true(scripts.start.startsWith(`node ${SCREEN_FLAGS.join(' ')} `), scripts.start)
})

test('V8 takes what it compiled before, with these flags and without', (t) => {
  const cached = 'const { Script } = require("node:vm"); const made = Script.prototype.runInThisContext;'
  const says = `${cached} Script.prototype.runInThisContext = function (...args) { console.error(this.cachedDataRejected); return made.apply(this, args) }`
  for (const flags of [[], SCREEN_FLAGS]) {
    const data = `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire('/'); ${says}`)}`
    const args = [...flags, '--import', data, join(BUILD, 'probetop.cjs'), '--version']
    const stderr = execFileSync('sh', ['-c', '"$0" "$@" 2>&1 >/dev/null', process.execPath, ...args], {
      encoding: 'utf8',
    })
    t.is(stderr.trim(), 'false', flags.join(' '))
  }
})
