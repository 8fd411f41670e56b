import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { ROOT } from '../../src/paths.ts'
import { buildBundles } from '../../src/setup/bundles.mjs'
import { compileProbe } from '../../src/setup/probes.mjs'
import { commandTest } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

test('a bundle runs by itself, from anywhere, and names the licences of what it holds', async (t) => {
  const into = temporaryFolder(t)
  await buildBundles({ entries: { hello: 'test/setup/fixtures/hello.ts' }, into })
  t.is((await execa(join(into, 'hello.js'), { cwd: '/' })).stdout, 'hello less')
  t.is((await execa(join(into, 'hello.js'), ['--more'])).stdout, 'hello more')
  t.is(statSync(join(into, 'hello.js')).mode & 0o777, 0o755)
  const licences = readFileSync(join(into, 'LICENSES.txt'), 'utf8')
  t.regex(licences, /^execa \d/m)
  t.regex(licences, /^cross-spawn \d/m)
  t.false(licences.includes('No licence text'))
  for (const name of readdirSync(into, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.js')) t.false(readFileSync(join(into, name), 'utf8').includes(ROOT), name)
  }
})

test('a bundle that cannot be built leaves the old one alone', async (t) => {
  const into = temporaryFolder(t)
  writeFileSync(join(into, 'hello.js'), 'old')
  await t.throwsAsync(buildBundles({ entries: { hello: 'test/setup/fixtures/absent.ts' }, into }), {
    message: /absent\.ts/,
  })
  t.deepEqual(readdirSync(into), ['hello.js'])
  t.is(readFileSync(join(into, 'hello.js'), 'utf8'), 'old')
})

commandTest('a probe that does not compile says where, and leaves nothing', ['clang'], async (t) => {
  const into = temporaryFolder(t)
  const source = join(into, 'bad.bpf.c')
  writeFileSync(source, 'int f(void) { return nothing; }\n')
  const trouble = await compileProbe({ source, object: 'probes/x64/bad.bpf.o', define: '-DX' }, into)
  t.regex(trouble ?? '', /bad\.bpf\.c:1:\d+: error/)
  t.deepEqual(readdirSync(join(into, 'probes/x64')), [])
})
