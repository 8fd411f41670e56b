import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { BUILD, ROOT } from '../../src/paths.ts'
import { buildBundles } from '../../src/setup/bundles.mjs'
import { compileProbe } from '../../src/setup/probes.mjs'
import { budgetFlags, ENGINE_FLAGS, NAMER_FLAGS, SCREEN_FLAGS } from '../../src/source/v8-flags.ts'
import { commandTest } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { builtIn } from './built-in.ts'

test('a bundle runs by itself, from anywhere, and names the licences of what it holds', async (t) => {
  const into = temporaryFolder(t)
  await buildBundles({ entries: { hello: 'test/setup/fixtures/hello.ts' }, into })
  t.is((await execa(join(into, 'hello.cjs'), { cwd: '/' })).stdout, 'hello less')
  t.is((await execa(join(into, 'hello.cjs'), ['--more'])).stdout, 'hello more')
  t.is(statSync(join(into, 'hello.cjs')).mode & 0o777, 0o755)
  const licences = readFileSync(join(into, 'LICENSES.txt'), 'utf8')
  t.regex(licences, /^execa \d/m)
  t.regex(licences, /^cross-spawn \d/m)
  t.false(licences.includes('No licence text'))
  for (const name of readdirSync(into, { recursive: true, encoding: 'utf8' })) {
    if (/\.c?js$/.test(name)) t.false(readFileSync(join(into, name), 'utf8').includes(ROOT), name)
  }
})

for (const [name, flags] of [
  ['probetop', [...SCREEN_FLAGS, ...budgetFlags(process.versions.v8)]],
  ['engine', [...ENGINE_FLAGS, ...budgetFlags(process.versions.v8)]],
  ['namer', NAMER_FLAGS],
] as const)
  test(`${name} starts with what V8 has compiled already`, async (t) => {
    const { bundle, cache } = builtIn(BUILD, name)
    const asked = `import { compiled } from ${JSON.stringify(join(ROOT, 'src/setup/start-bundle.cjs'))}
      import { readFileSync } from 'node:fs'
      const [bundle, cache] = process.argv.slice(1)
      console.log(compiled(bundle, readFileSync(bundle, 'latin1'), readFileSync(cache)).cachedDataRejected)`
    const { stdout } = await execa('node', [...flags, '--input-type=module', '-e', asked, bundle, cache])
    t.is(stdout, 'false')
    t.false(/(await|=>|return) import\(/.test(readFileSync(bundle, 'latin1')), 'a script cannot import')
    t.false(readFileSync(bundle, 'latin1').includes('new Buffer('), 'a node warns of it')
  })

test('of the screen that is what its first frame goes through, not only what is there at once', (t) => {
  const { cache } = builtIn(BUILD, 'probetop')
  t.true(readFileSync(cache, 'latin1').length > 1_000_000)
})

test('a bundle that cannot be built leaves the old one alone', async (t) => {
  const into = temporaryFolder(t)
  writeFileSync(join(into, 'hello.cjs'), 'old')
  await t.throwsAsync(buildBundles({ entries: { hello: 'test/setup/fixtures/absent.ts' }, into }), {
    message: /absent\.ts/,
  })
  t.deepEqual(readdirSync(into), ['hello.cjs'])
  t.is(readFileSync(join(into, 'hello.cjs'), 'utf8'), 'old')
})

commandTest('a probe that does not compile says where, and leaves nothing', ['clang'], async (t) => {
  const into = temporaryFolder(t)
  const source = join(into, 'bad.bpf.c')
  writeFileSync(source, 'int f(void) { return nothing; }\n')
  const trouble = await compileProbe({ source, object: 'probes/x64/bad.bpf.o', define: '-DX' }, into)
  t.regex(trouble ?? '', /bad\.bpf\.c:1:\d+: error/)
  t.deepEqual(readdirSync(join(into, 'probes/x64')), [])
})
