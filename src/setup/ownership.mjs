// Under sudo set-up runs as root in somebody's checkout. What it makes there is given to whom the checkout belongs,
// or the next start without sudo could not replace it.
import { lchownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './places.mjs'

/** @param {readonly string[]} names  relative to the project */
export const giveBack = (names, root = ROOT) => {
  const { uid, gid } = lstatSync(root)
  if (process.geteuid?.() !== 0 || uid === 0) return
  for (const name of names) give(join(root, name), uid, gid)
}

/** Symbolic links are given, never followed.
 * @param {string} path @param {number} uid @param {number} gid */
const give = (path, uid, gid) => {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat) return
  lchownSync(path, uid, gid)
  if (stat.isDirectory()) for (const entry of readdirSync(path)) give(join(path, entry), uid, gid)
}
