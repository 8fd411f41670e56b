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

/** Throws Error with esbuild's messages. By default every test as it is.
 * @param {{ files?: readonly string[], folder?: string, banner?: string, changed?: (path: string, source: string) => string }} [options]
 *   changed: what is read in place of a source */
export const buildTests = async ({ files = testFiles(), folder = TESTS, banner = '', changed } = {}) => {
  const { build } = await import('esbuild')
  rmSync(folder, { recursive: true, force: true })
  const [placed, other] = [/\/(test\/.*\.ts|src\/setup\/.*\.mjs)$/, /\/src\/.*\.ts$/]
  await build({
    absWorkingDir: ROOT,
    entryPoints: [...files],
    outbase: '.',
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
    banner: { js: banner },
    plugins: [
      {
        name: 'sources of tests',
        setup: ({ onLoad }) => {
          onLoad({ filter: placed }, ({ path }) => ({
            contents: readFileSync(path, 'utf8')
              .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
              .replaceAll('fileURLToPath(import.meta.url)', JSON.stringify(path)),
            loader: 'ts',
          }))
          if (changed)
            onLoad({ filter: other }, ({ path }) => ({
              contents: changed(relative(ROOT, path), readFileSync(path, 'utf8')),
              loader: 'ts',
            }))
        },
      },
    ],
  })
}
