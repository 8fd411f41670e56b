// Bundles the TypeScript sources into the programs that run: the unprivileged one (command line and screen), the engine,
// and the namer, which reads programs of others. blessed reads files beside itself and koffi is native, so these two stay in node_modules; the rest is
// bundled, which starts faster and leaves two dependencies to install.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD, ROOT } from './places.mjs'
import { writeWhole } from './stamp.mjs'

export const RECORDING = 'demo.ndjson.gz'
const ENTRIES = { probetop: 'src/cli/main.ts', engine: 'src/engine/main.ts', namer: 'src/namer/main.ts' }
/** These use most of what they have: in one file each they start sooner, and run a little faster. */
const WHOLE = ['engine', 'namer']
const CHUNKS = 'chunks'
// bundled CommonJS asks for Node's own modules through require, which a module does not have
const BANNER = `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`

/** Throws Error with esbuild's messages.
 * @param {{ entries?: Record<string, string>, into?: string }} [options] */
export const buildBundles = async ({ entries = ENTRIES, into = BUILD } = {}) => {
  const { build } = await import('esbuild')
  /** @param {boolean} whole */
  const built = (whole) =>
    build({
      absWorkingDir: ROOT,
      entryPoints: Object.fromEntries(Object.entries(entries).filter(([name]) => WHOLE.includes(name) === whole)),
      outdir: into,
      write: false,
      metafile: true,
      bundle: true,
      splitting: !whole, // what is imported only when needed stays in a file of its own
      chunkNames: `${CHUNKS}/[hash]`,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: ['blessed', 'koffi'],
      banner: { js: BANNER },
      legalComments: 'none', // the licences of what is bundled are collected whole, below
      logLevel: 'silent',
    })
  const results = await Promise.all([built(true), built(false)])
  const outputFiles = results.flatMap((result) => result.outputFiles)
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs))
  const starts = Object.keys(entries).map((name) => join(into, `${name}.js`))
  // parts first: whoever starts in this moment finds what the programs import
  for (const file of outputFiles.filter(({ path }) => !starts.includes(path))) writeWhole(file.path, file.contents)
  for (const file of outputFiles.filter(({ path }) => starts.includes(path))) {
    writeWhole(file.path, `#!/usr/bin/env node\n${file.text}`, 0o755)
  }
  const written = new Set(outputFiles.map(({ path }) => path))
  const chunks = join(into, CHUNKS)
  for (const name of existsSync(chunks) ? readdirSync(chunks) : []) {
    if (!written.has(join(chunks, name))) rmSync(join(chunks, name), { force: true })
  }
  writeWhole(join(into, 'LICENSES.txt'), licences(inputs))
  const recording = join(ROOT, 'src', 'cli', RECORDING)
  if (existsSync(recording)) writeWhole(join(into, RECORDING), readFileSync(recording))
}

/** Licence texts of the packages that these files came from.
 * @param {readonly string[]} inputs */
const licences = (inputs) => {
  const folders = new Set(inputs.flatMap((path) => path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []))
  return [...folders].sort().map(licenceOf).join('\n')
}

/** @param {string} folder */
const licenceOf = (folder) => {
  const path = join(ROOT, folder)
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file ? readFileSync(join(path, file), 'utf8').trim() : 'No licence text in the package.'
  return `${name} ${version} (${license ?? 'licence as below'})\n\n${text}\n\n${'-'.repeat(80)}`
}
