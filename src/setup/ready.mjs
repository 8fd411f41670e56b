// Makes everything ready, in the order in which it can fail: Node itself, npm packages, system packages, build.
// What cannot be had is said once, with the command that mends it. The program then decides by what is there whether
// it can go live (it opens its bundled recording when not).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { staleProbes, updateBundles, updateProbes } from './build.mjs'
import { obtain } from './install.mjs'
import { installNpmPackages, npmPackagesAreHere } from './npm.mjs'
import { giveBack } from './ownership.mjs'
import { missing, thisHost } from './packages.mjs'
import { EXIT_CANNOT, ROOT } from './places.mjs'
import { say } from './say.mjs'
import { writeStamp } from './stamp.mjs'

/** Raised when there is nothing that could be started; carries the one message. */
class SetUpError extends Error {
  exitCode = EXIT_CANNOT
}

/** @param {{ tests: boolean, yes: boolean }} options
 * @returns {Promise<{ troubles: string[] }>} what could not be compiled */
export const makeReady = async ({ tests, yes }) => {
  checkNode()
  if (!npmPackagesAreHere()) {
    await orSetUpError('The npm packages cannot be had', installNpmPackages)
    giveBack(['node_modules'])
  }
  const linux = process.platform === 'linux'
  const left = linux ? await obtainPackages(tests, yes) : []
  await orSetUpError('probetop cannot be built', updateBundles)
  const canCompile = linux && !left.some((need) => need.purpose === 'build')
  const troubles = canCompile
    ? await updateProbes().catch((error) => [`The probes cannot be built: ${error.message}`])
    : []
  for (const trouble of troubles) say(trouble)
  // with the stamp there is no more asking: what remains missing without need stays so until something changes
  const complete = troubles.length === 0 && left.every((need) => need.purpose === 'test' || need.id === 'bpftrace')
  if (complete) tryToStamp()
  giveBack(['.build'])
  return { troubles }
}

const tryToStamp = () => {
  try {
    writeStamp()
  } catch {
    // somebody else's checkout: all is there, only this note cannot be left, so the next start looks again
  }
}

/** @param {boolean} tests @param {boolean} yes */
const obtainPackages = async (tests, yes) => {
  /** @type {import('./packages.mjs').Need['purpose'][]} */
  const purposes = ['run']
  if (staleProbes().length > 0) purposes.push('build')
  if (tests) purposes.push('test')
  const needs = missing(thisHost(), purposes)
  // where nobody can be asked, starting the command is the answer
  const attended = !inCi() && process.stdin.isTTY === true
  return needs.length === 0 ? needs : obtain(needs, { attended, ask: attended && !yes })
}

const inCi = () => !['', '0', 'false', undefined].includes(process.env['CI'])

/** @param {string} what @param {() => Promise<unknown>} work */
const orSetUpError = async (what, work) => {
  try {
    await work()
  } catch (error) {
    throw new SetUpError(`${what}:\n${/** @type {Error} */ (error).message}`)
  }
}

const checkNode = () => {
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).engines.node
  const least = wanted
    .replace(/[^\d.]/g, '')
    .split('.')
    .map(Number)
  const have = process.versions.node.split('.').map(Number)
  const index = least.findIndex((/** @type {number} */ part, /** @type {number} */ i) => part !== have[i])
  if (index !== -1 && (have[index] ?? 0) < least[index]) {
    throw new SetUpError(`probetop needs Node ${wanted}; this is ${process.versions.node}`)
  }
}

/** Takes set-up's own option out of the arguments; `npm start --yes` reaches us as npm's configuration.
 * @param {readonly string[]} args */
export const splitArguments = (args) => ({
  yes: args.includes('--yes') || process.env['npm_config_yes'] === 'true',
  rest: args.filter((arg) => arg !== '--yes'),
})

/** Runs an entry point of set-up; what cannot be mended ends it with one message.
 * @param {() => Promise<void>} main */
export const orExit = async (main) => {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say(error.message)
    process.exitCode = error.exitCode
  }
}
