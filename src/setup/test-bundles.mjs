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

/** How long a test takes that says so. */
const TOLD_MS = 1000

/** AVA as tests of a group see it: one is called by its file, too, as AVA would call it were it alone, runs after the
 * others, and says how long it took where that is long. */
const NAMED = `import ava from 'ava'
let place = ''
const at = (here) => void (place = here)
const timed = (body) => async (t, ...args) => {
  const startMs = performance.now()
  try { await body(t, ...args) } finally {
    const ms = performance.now() - startMs
    if (ms > ${TOLD_MS}) t.log('took ' + ms.toFixed(0) + ' ms')
  }
}
const named = (...given) => {
  const title = typeof given[0] === 'string' ? given.shift() : ''
  const [body, ...args] = given
  ava.serial(place + (body.title ? body.title(title, ...args) : title), timed(body.exec ?? body), ...args)
}
export { at }
export default Object.assign(named, { serial: named, macro: ava.macro })`

/** What the tests of a file are called by. @param {string} file */
const placeOf = (file) => `${file.replace(/^test\/|\.test\.ts$/g, '').replaceAll('/', ' › ')} › `

/** Entries of groups, and AVA as their tests and what these share see it.
 * @param {Readonly<Record<string, readonly string[]>>} groups
 * @param {string | undefined} standIn  a file in place of AVA
 * @returns {import('esbuild').Plugin} */
const together = (groups, standIn) => ({
  name: 'tests together',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(group|place):/ }, ({ path }) => {
      const [namespace = '', ...rest] = path.split(':')
      return { path: rest.join(':'), namespace }
    })
    onLoad({ filter: /./, namespace: 'group' }, ({ path }) => ({
      contents: (groups[path] ?? [])
        .flatMap((file) => [`place:${file}`, `./${file}`])
        .map((from) => `import ${JSON.stringify(from)}`)
        .join('\n'),
      resolveDir: ROOT,
    }))
    onLoad({ filter: /./, namespace: 'place' }, ({ path }) => ({
      contents: `import { at } from 'ava'\nat(${JSON.stringify(placeOf(path))})`,
    }))
    onResolve({ filter: /^ava$/ }, ({ namespace }) =>
      namespace !== 'named'
        ? { path: 'ava', namespace: 'named' }
        : standIn
          ? { path: join(ROOT, standIn) }
          : { path: 'ava', external: true },
    )
    onLoad({ filter: /./, namespace: 'named' }, () => ({ contents: NAMED }))
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

/** And what they start. @param {readonly string[]} files */
export const buildTests = (files) =>
  bundle(TESTS, { entryPoints: [...files, ...FIXTURES], outbase: '.', plugins: [sources(undefined)] })

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
