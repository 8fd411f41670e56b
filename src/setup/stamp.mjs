// Tells in a few milliseconds whether set-up has anything to do: the stamp holds name, size and time of every file
// that the build depends on, as they were when set-up last finished. Content is not read; when the stamp differs, the
// build looks at content and often finds that nothing changed.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LOCK, PROGRAM, ROOT, STAMP } from './places.mjs'

const WATCHED = ['src', 'probes', 'package.json', LOCK.slice(ROOT.length + 1)]
const NPM_DONE = join(ROOT, 'node_modules', '.package-lock.json')

/** @param {string} [root] */
export const stampNow = (root = ROOT) =>
  [
    `${process.platform} ${process.arch} node ${process.versions.node}`,
    ...WATCHED.flatMap((name) => lines(root, name)),
  ].join('\n')

/** True when nothing has changed since set-up last finished. */
export const isCurrent = () => {
  try {
    return existsSync(PROGRAM) && existsSync(NPM_DONE) && readFileSync(STAMP, 'utf8') === stampNow()
  } catch {
    return false
  }
}

export const writeStamp = () => writeWhole(STAMP, stampNow())

/** Writes a file so that nobody ever reads half of it.
 * @param {string} path @param {string | Uint8Array} content @param {number} [mode] */
export const writeWhole = (path, content, mode = 0o644) => {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, content, { mode })
  renameSync(temporary, path)
}

/** @param {string} root @param {string} name @returns {string[]} */
const lines = (root, name) => {
  const path = join(root, name)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return []
  if (stat.isDirectory())
    return readdirSync(path)
      .sort()
      .flatMap((entry) => lines(root, join(name, entry)))
  return [`${name} ${stat.size} ${stat.mtimeMs}`]
}
