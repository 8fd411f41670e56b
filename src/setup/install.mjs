// Gets missing system packages through the system's own package manager: asks first on a terminal, uses sudo when
// not root, and when there is no way says what to type. Downloads nothing by any other way.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import {
  installArguments,
  installCommand,
  managerOf,
  missing,
  packageNames,
  refreshArguments,
  thisHost,
} from './packages.mjs'
import { lastLines, run } from './run.mjs'
import { say, step } from './say.mjs'

/** @typedef {import('./packages.mjs').Need} Need */
/** @typedef {import('./packages.mjs').Manager} Manager */

/** Tries to get everything in `needs`; returns what is still missing, having said how to get it.
 * @param {readonly Need[]} needs
 * @param {{ attended: boolean, ask: boolean }} options  attended: somebody is at a terminal, to give sudo a password;
 *   ask: and has not agreed yet
 * @returns {Promise<readonly Need[]>} */
export const obtain = async (needs, { attended, ask }) => {
  const host = thisHost()
  const manager = managerOf(host)
  const root = process.geteuid?.() === 0
  if (!manager) return refuse(needs, 'no apt-get, dnf, pacman or zypper is here')
  if (!root && !host.has('sudo')) return refuse(needs, 'no root and no sudo')
  if (ask && !(await agrees(needs, manager, root))) return refuse(needs, 'not wanted')

  const names = packageNames(manager, needs)
  const prefix = root ? [] : attended ? ['sudo'] : ['sudo', '-n']
  // the password is asked before the seconds start to count
  if (!root && attended) await run('sudo', ['-v'], { show: true })
  try {
    await step(`Installing ${names.join(' ')} with ${manager}`, () => installWith(manager, names, prefix))
  } catch (error) {
    say(lastLines(/** @type {Error} */ (error).message, 12))
  }
  const purposes = [...new Set(needs.map((need) => need.purpose))]
  const left = missing(thisHost(), purposes).filter((need) => needs.includes(need))
  return left.length === 0 ? left : refuse(left, `${manager} did not bring them`)
}

/** @param {Manager} manager @param {readonly string[]} names @param {readonly string[]} prefix */
const installWith = async (manager, names, prefix) => {
  const refresh = refreshArguments(manager)
  /** @param {readonly string[]} words */
  const privileged = (words) => {
    // through env, since sudo passes on nothing of the environment
    const [command = '', ...args] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', ...words]
    return run(command, args)
  }
  if (refresh && manager === 'apt-get' && listsAreEmpty()) await privileged(refresh)
  let ran = await privileged(installArguments(manager, names))
  if (ran.code !== 0 && refresh && !aptIsBusy(ran.output)) {
    await privileged(refresh)
    ran = await privileged(installArguments(manager, names))
  }
  if (ran.code === 0) return
  // one name that this release does not have must not cost the others
  const failed = []
  for (const name of names.length > 1 ? names : []) {
    if ((await privileged(installArguments(manager, [name]))).code !== 0) failed.push(name)
  }
  if (names.length === 1 || failed.length > 0) throw new Error(ran.output)
}

/** @param {string} output */
const aptIsBusy = (output) => output.includes('Could not get lock')

const listsAreEmpty = () => {
  try {
    return !readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'))
  } catch {
    return true
  }
}

/** @param {readonly Need[]} needs @param {Manager} manager @param {boolean} root */
const agrees = async (needs, manager, root) => {
  say('probetop wants packages which are not installed:')
  list(needs, manager)
  return answersYes(`Install them now${root ? '' : ' (through sudo)'} with ${manager}? [y/N] `)
}

/** Reads one line from the terminal itself, so that standard input stays untouched for the screen.
 * @param {string} question */
const answersYes = (question) => {
  process.stderr.write(question)
  const buffer = Buffer.alloc(256)
  let terminal
  try {
    terminal = openSync('/dev/tty', 'r')
    return /^\s*y(es)?\s*$/i.test(buffer.toString('utf8', 0, readSync(terminal, buffer)))
  } catch {
    return false
  } finally {
    if (terminal !== undefined) closeSync(terminal)
  }
}

/** @param {readonly Need[]} needs @param {string} reason */
const refuse = (needs, reason) => {
  const host = thisHost()
  const manager = managerOf(host)
  const root = process.geteuid?.() === 0
  say(`Not installed (${reason}):`)
  list(needs, manager)
  const command = installCommand(host, needs, root)
  if (command)
    say(`To install ${needs.length === 1 ? 'it' : 'them'}${root || host.has('sudo') ? '' : ', as root'}:\n  ${command}`)
  return needs
}

/** @param {readonly Need[]} needs @param {Manager | undefined} manager */
const list = (needs, manager) => {
  for (const need of needs) say(`  ${(manager ? need.names[manager] : need.id).padEnd(14)} ${need.why}`)
}
