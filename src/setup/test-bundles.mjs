// Bundles the tests, so that a test file is read from a few files and not from a hundred that are translated one by one:
// most of what a run of small tests takes is starting up. The place that a test or a part of set-up
// asks for is that of its source.
import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { BUILD, ROOT } from './places.mjs'

const TESTS = join(BUILD, 'tests')

/** Every test file below test/, from the root of the project. */
export const testFiles = () =>
  readdirSync(join(ROOT, 'test'), { recursive: true })
    .map((file) => `test/${file}`)
    .filter((file) => file.endsWith('.test.ts'))
    .sort()

/** Where the bundle of a test file is, or those of a folder. @param {string} path  from the root of the project */
export const bundleOf = (path) => `${relative(ROOT, TESTS)}/${path.replace(/\.ts$/, '.mjs')}`

/** Throws Error with esbuild's messages. */
export const buildTests = async () => {
  const { build } = await import('esbuild')
  rmSync(TESTS, { recursive: true, force: true })
  await build({
    absWorkingDir: ROOT,
    entryPoints: testFiles(),
    outbase: '.',
    outdir: TESTS,
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
    plugins: [
      {
        name: 'places of tests',
        setup: ({ onLoad }) =>
          void onLoad({ filter: /\/(test\/.*\.ts|src\/setup\/.*\.mjs)$/ }, ({ path }) => ({
            contents: readFileSync(path, 'utf8')
              .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
              .replaceAll('fileURLToPath(import.meta.url)', JSON.stringify(path)),
            loader: 'ts',
          })),
      },
    ],
  })
}
