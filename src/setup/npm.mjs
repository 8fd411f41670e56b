// The npm packages: are those of the lock file installed, and if not, install exactly them.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOCK, ROOT } from './places.mjs'
import { lastLines, run } from './run.mjs'
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
    const arguments_ = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
    const clean = existsSync(LOCK) ? await npm(['ci', ...arguments_]) : { code: 1, output: 'EUSAGE' }
    // a lock file which does not match package.json is the one thing that `npm ci` cannot and `npm install` can mend
    const ran = clean.code !== 0 && clean.output.includes('EUSAGE') ? await npm(['install', ...arguments_]) : clean
    if (ran.code !== 0) throw new Error(lastLines(ran.output, 15))
  })

/** The npm that started us, if one did, else the one on PATH.
 * @param {string[]} args */
const npm = (args) => {
  const script = process.env['npm_execpath']
  const [command, ...first] = script && /npm-cli\.c?js$/.test(script) ? [process.execPath, script] : ['npm']
  return run(/** @type {string} */ (command), [...first, ...args], { cwd: ROOT, env: process.env })
}

/** @param {string} path @returns {Record<string, LockEntry>} */
const entries = (path) => JSON.parse(readFileSync(path, 'utf8')).packages
