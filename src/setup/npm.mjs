// The npm packages: are those of the lock file installed, and if not, install exactly them.
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { LOCK, ROOT } from './places.mjs'
import { run } from './run.mjs'
import { step } from './say.mjs'

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} LockEntry */

/** True when node_modules holds every package of the lock file in its version. Packages for other platforms are
 * optional and may lack. */
export const npmPackagesAreHere = (root = ROOT) => {
  try {
    const wanted = entries(join(root, LOCK.slice(ROOT.length + 1)))
    const installed = entries(join(root, 'node_modules', '.package-lock.json'))
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '' || entry.optional || entry.devOptional) return true
      return installed[path]?.version === entry.version && existsSync(join(root, path))
    })
  } catch {
    return false
  }
}

/** Throws with npm's own words when the packages cannot be had. */
export const installNpmPackages = () =>
  step('Installing npm packages', async () => {
    const cache = cacheIsWritable() ? undefined : mkdtempSync(join(tmpdir(), 'probetop-npm-'))
    try {
      await install(cache ? ['--cache', cache] : [])
    } finally {
      if (cache) rmSync(cache, { recursive: true, force: true })
    }
  })

/** Without stack traces, notices and dumps of objects: what remains says what happened.
 * @param {string} output */
export const essence = (output) => {
  const lines = output.split('\n').filter((line) => /^npm (error|ERR!) \S/.test(line))
  const told = lines.filter((line) => !/A complete log|^npm \S+ (\}|Error: .*|\[.*)$/.test(line))
  return (told.length > 0 ? told.slice(0, 8) : output.trim().split('\n').slice(-8)).join('\n')
}

/** @param {readonly string[]} more */
const install = async (more) => {
  const args = ['--include=dev', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', ...more]
  const clean = existsSync(LOCK) ? await npm(['ci', ...args]) : { code: 1, output: 'EUSAGE' }
  // a lock file which does not match package.json is the one thing that `npm ci` cannot and `npm install` can hint
  const ran = clean.code !== 0 && clean.output.includes('EUSAGE') ? await npm(['install', ...args]) : clean
  if (ran.code !== 0) throw new Error(`${essence(ran.output)}\n${advice(ran.output)}`)
}

/** @param {string} output */
const advice = (output) => {
  if (/spawn npm ENOENT/.test(output))
    return 'Install npm (it comes with Node, or as a package of its own), then run `npm start`.'
  if (/\b(EACCES|EROFS|EPERM)\b/.test(output)) return `Run it as a user who may write to ${ROOT}.`
  if (/\b(ENOTFOUND|ECONN\w+|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|E[45]\d\d)\b/.test(output)) {
    return 'npm does not reach its registry: look at the network, `npm config get registry` and `npm config get proxy`, then run it again.'
  }
  return "Run `npm ci` here to see all of npm's output."
}

/** Where npm keeps what it downloaded; in the home folder, which some accounts do not have. */
const cacheIsWritable = () => {
  let folder = process.env['npm_config_cache'] ?? join(homedir(), '.npm')
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The npm that started us, if one did, else the one on PATH.
 * @param {string[]} args */
const npm = (args) => {
  const script = process.env['npm_execpath']
  const [command, ...first] = script && /npm-cli\.c?js$/.test(script) ? [process.execPath, script] : ['npm']
  return run(/** @type {string} */ (command), [...first, ...args], { cwd: ROOT, env: process.env })
}

/** @param {string} path @returns {Record<string, LockEntry>} */
const entries = (path) => JSON.parse(readFileSync(path, 'utf8')).packages
