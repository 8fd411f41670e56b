// Scripts given by file or by name: read with the rights of whoever sits there, and only where nobody else can have
// written them, as what is in them runs as root. By name they are looked for in the user's folder, the machine's, and
// among those that come with probetop.
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { libraryScript, refusedScript } from '../app/library.ts'
import type { LibraryScript } from '../app/state-types.ts'
import { SPECS } from '../engine/probes/registry.ts'
import { planOf } from '../model/scripts/plan.ts'
import { PROBES } from '../paths.ts'
import { scriptFolders } from '../source/script-folders.ts'
import { MOST_SCRIPT_BYTES, scriptPlan, type ScriptPlan } from '../stream/script.ts'
import { escapeJson } from '../stream/harmless.ts'
import { lackIn, thisMachine } from './hooks-here.ts'
import { mappedPrograms } from './mapped-programs.ts'
import type { GivenProbe } from './options.ts'
import { othersReplace, othersWrite } from './others.ts'
import { elsewhere } from './usdt-elsewhere.ts'

type ReadScripts = { plans: ScriptPlan[] } | { problem: string }

/** As a line of commands, which the engine takes no longer ones of. */
const MOST_ENCODED = 48 * 1024
/** Scripts written for a decoder of their own, as a probe. */
const DECODED = SPECS.flatMap(({ id, kind }) => (kind === 'bpftrace' ? [id] : []))

/** `taken`: names of probes and panels there are. */
export const readScripts = (
  given: readonly GivenProbe[],
  taken: readonly string[],
  folders = scriptFolders(),
): ReadScripts => {
  const plans: ScriptPlan[] = []
  for (const { file, args } of given) {
    const found = pathOf(file, folders)
    if (found === undefined)
      return { problem: `no script ${quote(file)}: no such file, and none of that name in ${folders.join(', ')}` }
    const read = readScript(found)
    if ('problem' in read) return { problem: `--probe ${quote(file)}: ${read.problem}` }
    const names = new Set([...taken, ...plans.map(({ id }) => id)])
    const plan = planOf({
      name: basename(found).replace(/\.bt$/, ''),
      text: read.text,
      args,
      taken: (id) => names.has(id),
    })
    if (escapeJson(JSON.stringify(plan)).length > MOST_ENCODED)
      return { problem: `--probe ${quote(file)}: too many characters in it that are none to be seen` }
    const wrong = scriptPlan(plan)
    if (wrong !== undefined)
      return {
        problem: `--probe ${quote(file)}: ${wrong.startsWith('.args') ? 'its arguments are too many or too long' : 'it is not to be read'} (${wrong})`,
      }
    plans.push(plan)
  }
  return { plans }
}

/** All there are, by name once: the user's before the machine's before ours, what may be run before what may not. One for static
 * probes is there once more for each other program at work that has them. */
export const readLibrary = (folders = scriptFolders()): LibraryScript[] => {
  const found = new Map<string, LibraryScript>()
  const lacks = lackIn(thisMachine())
  for (const folder of folders)
    for (const name of scriptNames(folder)) {
      const before = found.get(name)
      if (before ? before.refused === undefined : found.size >= MOST_SCRIPTS) continue
      const read = readScript(join(folder, `${name}.bt`))
      if ('text' in read) found.set(name, libraryScript(name, read.text, lacks))
      else if (!before) found.set(name, refusedScript(name, read.problem))
    }
  return [...found.values(), ...elsewhere([...found.values()], mappedPrograms)].sort((a, b) =>
    a.title < b.title ? -1 : 1,
  )
}

const MOST_SCRIPTS = 200

/** To the letter: it runs for whoever may start probetop. */
export const isShipped = ({ name, text, tool }: LibraryScript): boolean => {
  if (tool !== undefined) return false
  const read = readScript(join(PROBES, `${name}.bt`))
  return 'text' in read && read.text === text
}

const pathOf = (file: string, folders: readonly string[]): string | undefined => {
  const isName = !file.includes('/')
  const candidates = [
    ...(isName ? [] : [file]),
    ...(isName && file.endsWith('.bt') ? [file] : []),
    ...(isName ? folders.flatMap((folder) => [join(folder, `${file}.bt`), join(folder, file)]) : []),
  ]
  return candidates.find((path) => {
    try {
      return statSync(path).isFile()
    } catch {
      return false
    }
  })
}

/** Names of the scripts in a folder, without their ending. */
const scriptNames = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.bt'))
      .map((name) => name.slice(0, -3))
      .filter((name) => folder !== PROBES || !DECODED.includes(name))
      .sort()
  } catch {
    return []
  }
}

const readScript = (path: string): { text: string } | { problem: string } => {
  let file: number | undefined
  try {
    const real = realpathSync(path)
    file = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK)
    const { uid, mode, size } = fstatSync(file)
    const problem = othersWrite(uid, mode, 'it') ?? othersReplace(real)
    if (problem) return { problem }
    if (!fstatSync(file).isFile()) return { problem: 'it is no file' }
    if (size > MOST_SCRIPT_BYTES) return { problem: `it has ${size} bytes, more than ${MOST_SCRIPT_BYTES}` }
    const bytes = Buffer.alloc(MOST_SCRIPT_BYTES)
    const length = readSync(file, bytes, 0, bytes.length, 0)
    const text = bytes.subarray(0, length).toString('utf8')
    if (text.includes('\0') || text.includes('\uFFFD')) return { problem: 'it is no text' }
    return { text }
  } catch (error) {
    return { problem: (error as NodeJS.ErrnoException).message }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
