// Where set-up finds and puts things. Set-up is plain JavaScript without dependencies: it runs on a fresh clone,
// before there are any. Its types are JSDoc, checked with the rest.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const BUILD = join(ROOT, '.build')
/** The program: command line and screen. */
export const PROGRAM = join(BUILD, 'probetop.cjs')
export const STAMP = join(BUILD, 'stamp')
export const MANIFEST = join(BUILD, 'manifest.json')
export const LOCK = join(ROOT, 'package-lock.json')

/** Exit code for "cannot probe", here: cannot even be set up. */
export const EXIT_CANNOT = 4
