// Finds a tool of bcc: by a name of a fixed list, in fixed folders, and only where nobody but root can have put it there,
// as it runs as root. Those of libbpf come first, as they need neither a compiler nor kernel headers.
import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { SUFFIXES, toolNamed, type BccTool } from '../../model/tools/tools.ts'
import { orElse } from '../../source/proc-stat.ts'

export interface FoundTool {
  tool: BccTool
  path: string
  /** In Python, with bcc. */
  isPython: boolean
}

const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/run/current-system/sw/bin']
const PYTHON_FOLDERS = ['/usr/share/bcc/tools', ...FOLDERS]

/** Undefined where it is not there; why not, where it may not be run. */
export const findTool = (
  given: string,
  folders: { libbpf: readonly string[]; python: readonly string[] } = { libbpf: FOLDERS, python: PYTHON_FOLDERS },
): FoundTool | { problem: string } | undefined => {
  const tool = toolNamed(given)
  if (!tool) return undefined
  const [inC, inPython] = [`${tool.name}${SUFFIXES.c}`, `${tool.name}${SUFFIXES.python}`]
  const path = [
    ...(given === tool.name ? folders.libbpf.map((folder) => join(folder, tool.name)) : []),
    ...(given === inPython ? [] : folders.libbpf.map((folder) => join(folder, inC))),
    ...(given === inC ? [] : folders.python.map((folder) => join(folder, inPython))),
    ...(given === inC ? [] : folders.python)
      .filter((folder) => folder.includes('/bcc/'))
      .map((folder) => join(folder, tool.name)),
  ].find(isExecutable)
  if (path === undefined) return undefined
  const problem = othersWrite(path)
  return problem ? { problem } : { tool, path, isPython: path.endsWith(SUFFIXES.python) || path.includes('/bcc/') }
}

const isExecutable = (path: string): boolean =>
  orElse(false, () => {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  })

/** The file itself and every folder above it. */
const othersWrite = (path: string): string | undefined => {
  let at = realpathSync(path)
  for (let isFile = true; ; isFile = false) {
    const { uid, mode } = statSync(at)
    // in a sticky folder nobody replaces what is another's
    const isOpen = (mode & 0o022) !== 0 && (isFile || (mode & 0o1000) === 0)
    if (uid !== 0 || isOpen) return `${isFile ? basename(at) : at} can be written by others than root`
    if (at === '/') return undefined
    at = dirname(at)
  }
}
