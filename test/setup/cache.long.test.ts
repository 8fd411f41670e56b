// What V8 has compiled is for one bundle.
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { buildBundles } from '../../src/setup/bundles.mjs'
import { temporaryFolder } from '../helpers/temporary.ts'
import { builtIn } from './built-in.ts'

test('what V8 has compiled of it is for that bundle alone, and without it it runs as well', async (t) => {
  const into = temporaryFolder(t)
  const entries = { hello: 'test/setup/fixtures/hello.ts' }
  await buildBundles({ entries, into })
  const { bundle, cache } = builtIn(into, 'hello')
  t.true(statSync(cache).size > 1000)
  writeFileSync(cache, 'no cache')
  t.is((await execa(join(into, 'hello.cjs'))).stdout, 'hello less')
  rmSync(cache)
  t.is((await execa(join(into, 'hello.cjs'))).stdout, 'hello less')
  await buildBundles({ entries: { hello: 'test/setup/fixtures/more.ts' }, into })
  t.false(existsSync(bundle))
  t.false(existsSync(cache))
})
