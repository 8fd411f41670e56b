// Bundles the tests, so that a test file is read from a few files and not from a hundred that are translated one by one:
// most of what a run of small tests takes is starting up. The place that a test or a part of set-up
// asks for is that of its source.
import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { BUILD, ROOT } from './places.mjs'

const TESTS = join(BUILD, 'tests')
const TOGETHER = join(BUILD, 'together')

/** Every test file below test/, from the root of the project. */
export const testFiles = () =>
  readdirSync(join(ROOT, 'test'), { recursive: true })
    .map((file) => `test/${file}`)
    .filter((file) => file.endsWith('.test.ts'))
    .sort()

/** Where the bundle of a test file is, or those of a folder. @param {string} path  from the root of the project */
export const bundleOf = (path) => `${relative(ROOT, TESTS)}/${path.replace(/\.ts$/, '.mjs')}`

/** Where the bundle of a group is. @param {string} name */
export const bundleOfGroup = (name) => `${relative(ROOT, TOGETHER)}/together-${name}.test.mjs`

const [PLACED, OTHER] = [/\/(test\/.*\.ts|src\/setup\/.*\.mjs)$/, /\/src\/.*\.ts$/]

/** @param {((path: string, source: string) => string) | undefined} changed @returns {import('esbuild').Plugin} */
const sources = (changed) => ({
  name: 'sources of tests',
  setup: ({ onLoad }) => {
    onLoad({ filter: PLACED }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('fileURLToPath(import.meta.url)', JSON.stringify(path)),
      loader: 'ts',
    }))
    if (changed)
      onLoad({ filter: OTHER }, ({ path }) => ({
        contents: changed(relative(ROOT, path), readFileSync(path, 'utf8')),
        loader: 'ts',
      }))
  },
})

/** A test is called by its file, too, as AVA would call it were it alone; those of a group run one after the other.
 * @param {string} file */
const named = (file) => `import ava from 'ava'
const place = ${JSON.stringify(`${file.replace(/^test\/|\.test\.ts$/g, '').replaceAll('/', ' › ')} › `)}
const named = (first, ...rest) => typeof first === 'string'
  ? ava.serial(place + first, ...rest)
  : ava.serial(place + first.title('', ...rest), first.exec, ...rest)
export default Object.assign(named, { serial: named, macro: ava.macro })`

/** Entries of groups, and AVA as their tests see it. @param {Readonly<Record<string, readonly string[]>>} groups
 * @param {string | undefined} standIn  a file in place of AVA
 * @returns {import('esbuild').Plugin} */
const together = (groups, standIn) => ({
  name: 'tests together',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^group:/ }, ({ path }) => ({ path: path.slice('group:'.length), namespace: 'group' }))
    onLoad({ filter: /./, namespace: 'group' }, ({ path }) => ({
      contents: (groups[path] ?? []).map((file) => `import ${JSON.stringify(`./${file}`)}`).join('\n'),
      resolveDir: ROOT,
    }))
    onResolve({ filter: /^ava$/ }, ({ importer, namespace }) =>
      namespace === 'file' && importer.endsWith('.test.ts')
        ? { path: importer, namespace: 'named' }
        : standIn
          ? { path: join(ROOT, standIn) }
          : { path: 'ava', external: true },
    )
    onLoad({ filter: /./, namespace: 'named' }, ({ path }) => ({ contents: named(relative(ROOT, path)) }))
  },
})

/** Throws Error with esbuild's messages. @param {string} folder @param {import('esbuild').BuildOptions} options */
const bundle = async (folder, options) => {
  const { build } = await import('esbuild')
  rmSync(folder, { recursive: true, force: true })
  await build({
    absWorkingDir: ROOT,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'silent',
    ...options,
  })
}

/** Programs that tests start. */
const FIXTURES = ['test/process/fixtures/crashing-screen.ts']

export const buildTests = () =>
  bundle(TESTS, { entryPoints: [...testFiles(), ...FIXTURES], outbase: '.', plugins: [sources(undefined)] })

/** One bundle for the tests of many files, which one process then runs.
 * @param {Readonly<Record<string, readonly string[]>>} groups  name -> files
 * @param {{ folder?: string, banner?: string, ava?: string, changed?: (path: string, source: string) => string,
 *   sourcemap?: boolean }} [options]  ava: a file in its place; changed: what is read in place of a source */
export const buildGroups = (groups, { folder = TOGETHER, banner = '', ava, changed, sourcemap = true } = {}) =>
  bundle(folder, {
    sourcemap: sourcemap && 'inline',
    entryPoints: Object.keys(groups).map((name) => ({ in: `group:${name}`, out: `together-${name}.test` })),
    banner: { js: banner },
    plugins: [together(groups, ava), sources(changed)],
  })
