// Bundles the TypeScript sources into the programs that run: the unprivileged one (command line and screen), the engine,
// and the namer, which reads programs of others. koffi is native, so it stays in node_modules; the rest is bundled, which
// starts faster. Of blessed what it reads of terminals stays, too, so there are two dependencies to install. NAME.cjs reads NAME-HASH.cjs
// and what V8 has compiled of that already, where this node made it.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { BUILD, ROOT } from './places.mjs'
import { run } from './run.mjs'
import { writeWhole } from './stamp.mjs'

const RECORDING = 'demo.ndjson.gz'
const ENTRIES = { probetop: 'src/cli/main.ts', engine: 'src/engine/main.ts', namer: 'src/namer/main.ts' }
/** What each starts with, so that what V8 compiles is kept for it. The screen plays a recording for that long; the others
 * would need rights.
 * @type {Record<string, { flags?: 'SCREEN_FLAGS' | 'ENGINE_FLAGS' | 'NAMER_FLAGS', lasts?: boolean, first?: boolean, ms?: number, args?: string[] }>} */
const STARTS = {
  probetop: {
    flags: 'SCREEN_FLAGS',
    lasts: true,
    first: true,
    ms: 1500,
    args: ['--replay', join(ROOT, 'src', 'cli', RECORDING)],
  },
  engine: { flags: 'ENGINE_FLAGS', lasts: true },
  namer: { flags: 'NAMER_FLAGS' },
}
/** A function of what a module is given (start-bundle.cjs). In the file, as V8 takes that as it is; put around its text, 2.5 MB
 * would be copied at each start. And what a module knows of itself, and a script does not. */
const BANNER = `(function (exports, require, module, __filename, __dirname) {
const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;`
const FOOTER = '})'

/** Of its widgets those that are used, which are found without names made while it runs; each would be read and compiled at
 * every start, 70 ms. Its descriptions of terminals are where it is installed. And `new Buffer(bytes)` is Buffer.alloc(bytes) to a node,
 * which warns of it wherever that is not in node_modules.
 * @type {import('esbuild').Plugin} */
const BLESSED = {
  name: 'blessed',
  setup({ onLoad }) {
    const widgets = ['Node', 'Screen', 'Element', 'Box']
    onLoad({ filter: /\/blessed\/lib\/widget\.js$/ }, () => ({
      contents: widgets
        .map((name) => `exports.${name} = exports.${name.toLowerCase()} = require('./widgets/${name.toLowerCase()}')`)
        .join('\n'),
    }))
    onLoad({ filter: /\/node_modules\/(blessed|drawille-blessed-contrib)\/.*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll('__dirname', `require('path').dirname(require.resolve('blessed'))`)
        .replaceAll('new Buffer(', 'Buffer.alloc('),
    }))
  },
}

/** Throws Error with esbuild's messages.
 * @param {{ entries?: Record<string, string>, into?: string }} [options] */
export const buildBundles = async ({ entries = ENTRIES, into = BUILD } = {}) => {
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: entries,
    outdir: into,
    write: false,
    metafile: true,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['koffi'],
    plugins: [BLESSED],
    supported: { 'dynamic-import': false }, // a script has no module loader of its own
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: { js: BANNER },
    footer: { js: FOOTER },
    minifyWhitespace: true, // the text stays in memory as long as it runs; names stay for traces
    minifySyntax: true,
    lineLimit: 160,
    legalComments: 'none', // the licences of what is bundled are collected whole, below
    logLevel: 'silent',
  })
  const bundles = outputFiles.map(({ path, contents }) => {
    const name = basename(path, '.js')
    return { name, contents, file: `${name}-${hashOf(contents)}` }
  })
  // parts first: whoever starts in this moment finds what the programs read
  for (const { file, contents } of bundles) writeWhole(join(into, `${file}.cjs`), contents)
  const known = await v8Flags()
  /** @param {string} name @returns {readonly string[]} */
  const flagsOf = (name) => (STARTS[name]?.flags ? known[STARTS[name].flags] : [])
  /** @param {string} name @returns {(v8: string) => string[]} */
  const budgetOf = (name) => (STARTS[name]?.lasts ? known.budgetFlags : () => [])
  await Promise.all(
    bundles.map(({ name, file }) =>
      warm(join(into, file), [...flagsOf(name), ...budgetOf(name)(process.versions.v8)], STARTS[name]),
    ),
  )
  for (const { name, file } of bundles) {
    const later = flagsOf(name).filter((flag) => !known.START_FLAGS.includes(flag))
    writeWhole(join(into, `${name}.cjs`), starter(name, file, flagsOf(name), later, budgetOf(name)), 0o755)
  }
  const kept = new Set(bundles.map(({ file }) => file))
  for (const part of readdirSync(into))
    if (/-[0-9a-f]{16}\.(cjs|cache)$/.test(part) && !kept.has(part.replace(/\.[^.]*$/, '')))
      rmSync(join(into, part), { force: true })
  writeWhole(join(into, 'LICENSES.txt'), licences(Object.keys(metafile.inputs)))
  const recording = join(ROOT, 'src', 'cli', RECORDING)
  if (existsSync(recording)) writeWhole(join(into, RECORDING), readFileSync(recording))
}

/** Another source must not find the cache of this one: V8 compares their lengths only.
 * @param {Uint8Array} contents */
const hashOf = (contents) => createHash('sha256').update(contents).digest('hex').slice(0, 16)

/** Its session goes first from here on (src/source/session.ts): beside many busy threads a node alone takes seconds until it
 * reads a line of ours. The number is whose it is now: a node that is started in place of the shell has that of the shell. */
const FIRST = `':' //; nice=; read -r _ _ nice 2>/dev/null </proc/self/autogroup
':' //; [ "$nice" = 0 ] && command -v node >/dev/null && echo -20 2>/dev/null >/proc/self/autogroup && export PROBETOP_FIRST=$$
`

/** A list of certificates, which node reads as it starts (45 ms, 1 MB), is of no use to a program that asks nobody. */
const NO_CERTIFICATES = `':' //; unset NODE_EXTRA_CA_CERTS
`

/** The program itself. It reads what is beside it, wherever that is. As a command it starts node with its flags; given to a node
 * by name it takes those that can still be set.
 * @param {string} name @param {string} file @param {readonly string[]} flags @param {readonly string[]} later
 * @param {(v8: string) => string[]} budget */
const starter = (name, file, flags, later, budget) => {
  const runs = readFileSync(join(ROOT, 'src', 'setup', 'start-bundle.cjs'), 'utf8').replace(/^module\.exports.*\n/m, '')
  return `#!/bin/sh
${STARTS[name]?.first ? FIRST : ''}${NO_CERTIFICATES}':' //; exec node ${flags.join(' ')} "$0" "$@"
const { existsSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const { setFlagsFromString } = require('node:v8')
${runs}
for (const flag of ${JSON.stringify(later)}) setFlagsFromString(flag)
for (const flag of (${budget})(process.versions.v8)) setFlagsFromString(flag)
const path = join(__dirname, '${file}.cjs')
const cache = join(__dirname, '${file}.cache')
runIn(path, compiled(path, readFileSync(path, 'latin1'), existsSync(cache) ? readFileSync(cache) : undefined))
`
}

/** Without it the program starts a little later.
 * @param {string} path @param {readonly string[]} flags @param {{ ms?: number, args?: string[] }} [start] */
const warm = async (path, flags, { ms = 0, args = [] } = {}) => {
  const nobody = join(tmpdir(), 'nobody')
  const env = { PATH: process.env['PATH'], TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8' }
  await run(
    process.execPath,
    [...flags, join(ROOT, 'src', 'setup', 'warm.mjs'), `${path}.cjs`, `${path}.cache`, `${ms}`, ...args],
    { env: { ...env, HOME: nobody, XDG_CONFIG_HOME: nobody } },
  )
}

/** @returns {Promise<typeof import('../source/v8-flags.ts')>} */
const v8Flags = async () => {
  const { build } = await import('esbuild')
  const entryPoints = [join(ROOT, 'src', 'source', 'v8-flags.ts')]
  const { outputFiles } = await build({ entryPoints, write: false, format: 'esm', logLevel: 'silent' })
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`)
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
