// Where the parts of an installation are: the same from a checkout's sources and from the built bundle.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const findRoot = (from: string): string =>
  existsSync(join(from, 'package.json')) || dirname(from) === from ? from : findRoot(dirname(from))

/** Folder with package.json. */
export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)))
/** What set-up makes: bundles and, by architecture, the compiled probes. */
export const BUILD = join(ROOT, '.build')
export const PROBES_BUILT = join(BUILD, 'probes', process.arch)
export const PROBES = join(ROOT, 'probes')
export const THEMES = join(ROOT, 'themes')
