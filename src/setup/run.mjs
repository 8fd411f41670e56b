// Runs another program and keeps what it prints, for set-up, which has no execa yet.
import { spawn } from 'node:child_process'

/** @typedef {{ code: number, output: string }} Ran  code -1: could not be started or was killed */

/** Standard input is the terminal's, so that sudo can ask for a password.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options]  show: print at once, keep nothing
 * @returns {Promise<Ran>} */
export const run = (command, args, { cwd, env, show = false } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['inherit', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    })
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', (error) => resolve({ code: -1, output: `${output}${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? -1, output }))
  })

/** @param {string} text @param {number} count */
export const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n')
