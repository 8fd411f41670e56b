// The configuration's file: found, read with the rights of whoever sits there, bounded, and every wrong line named with
// its number; what is right in it holds.
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import { invokerOf } from '../../source/privileges.ts'
import { configOf, type Config, type Known } from './settings.ts'

interface ReadConfig {
  config: Config
  /** `config.toml line 3: …`, as many as there are wrong lines. */
  problems: string[]
}

const MOST_BYTES = 64 * 1024
const MOST_WRONG_LINES = 20

/** $XDG_CONFIG_HOME/probetop, or ~/.config/probetop; under sudo that of who called it. */
export const configFolder = (env: NodeJS.ProcessEnv = process.env, euid = process.geteuid?.()): string | undefined => {
  const invoker = invokerOf(env, euid)
  if (invoker) {
    const home = homeOf(invoker.uid)
    return home && join(home, '.config', 'probetop')
  }
  const base = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(homedir(), '.config')
  return join(base, 'probetop')
}

const homeOf = (uid: number): string | undefined => {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((each) => each.split(':')[2] === String(uid))
    return line?.split(':')[5] || undefined
  } catch {
    return undefined
  }
}

export const configFile = (asked: string | undefined, env = process.env): string | undefined => {
  const folder = asked === undefined ? configFolder(env) : undefined
  return asked ?? (folder && join(folder, 'config.toml'))
}

/** `asked`: the file of --config, which has to be there. Throws Error where that cannot be read. */
export const readConfig = (asked: string | undefined, known: Known, env = process.env): ReadConfig => {
  const file = configFile(asked, env)
  if (file === undefined) return { config: {}, problems: [] }
  try {
    const text = asInvoker(env, () => textOf(file))
    const name = asked ?? 'config.toml'
    const { config, problems } = configOfText(text, known)
    return { config, problems: problems.map((problem) => `${name} ${problem}`) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (asked !== undefined) throw new Error(`--config ${asked}: ${code === 'ENOENT' ? 'no such file' : message}`)
    return {
      config: {},
      problems: code === 'ENOENT' || code === 'ENOTDIR' ? [] : [`${file}: ${message}; nothing of it is used`],
    }
  }
}

/** Root reads for somebody else only what that one could read. */
export const asInvoker = <T>(env: NodeJS.ProcessEnv, read: () => T): T => {
  const invoker = invokerOf(env, process.geteuid?.())
  if (!invoker) return read()
  process.setegid!(invoker.gid)
  process.seteuid!(invoker.uid)
  try {
    return read()
  } finally {
    process.seteuid!(0)
    process.setegid!(0)
  }
}

/** Throws Error where it may not be trusted: one that others can write to, or too large. */
export const textOf = (file: string): string => {
  // Nor does a pipe hold us up
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw new Error('is no file')
    if (stat.size > MOST_BYTES) throw new Error(`is larger than ${MOST_BYTES / 1024} KB`)
    const own = process.geteuid?.()
    if (own !== undefined && stat.uid !== own && stat.uid !== 0) throw new Error('belongs to somebody else')
    if ((stat.mode & 0o022) !== 0) throw new Error('can be written by others (chmod go-w)')
    const bytes = Buffer.alloc(MOST_BYTES)
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, MOST_BYTES, 0))
  } finally {
    closeSync(fd)
  }
}

/** Problems as `line 3: …`. */
export const configOfText = (text: string, known: Known): ReadConfig => {
  const lines = text.split('\n')
  const unreadable: [number, string][] = []
  for (;;) {
    try {
      const { config, problems } = configOf(parse(lines.join('\n')) as Record<string, unknown>, known)
      const named = problems.map(({ path, why }): [number, string] => [
        lineOf(lines, path),
        `${path.join('.')}: ${why}`,
      ])
      const all = [...unreadable, ...named].sort(([a], [b]) => a - b)
      return { config, problems: all.map(([line, why]) => (line > 0 ? `line ${line}: ${why}` : why)) }
    } catch (error) {
      if (!(error instanceof TomlError) || unreadable.length >= MOST_WRONG_LINES) throw error
      const at = Math.min(Math.max(1, error.line), lines.length)
      // What is left open above shows further down; a line taken away already leads nowhere
      const wrong =
        lines[at - 1]!.trim() === '' ? lines.slice(0, at).findLastIndex((line) => line.trim() !== '') + 1 : at
      if (wrong < 1) throw error
      unreadable.push([wrong, error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')])
      lines[wrong - 1] = ''
    }
  }
}

/** The line a setting is on, or the first of what is in it; 0 where it is in none of its own. */
const lineOf = (lines: readonly string[], path: readonly string[]): number => {
  const wanted = path.join('.')
  let table = ''
  let within = 0
  for (const [index, line] of lines.entries()) {
    const head = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)
    if (head) table = bare(head[1]!)
    const key = /^\s*((?:"[^"]*"|'[^']*'|[\w.-]+)+)\s*=/.exec(line)
    const here = head ? table : key ? [table, bare(key[1]!)].filter(Boolean).join('.') : undefined
    if (here === wanted) return index + 1
    if (within === 0 && here?.startsWith(`${wanted}.`)) within = index + 1
  }
  return within > 0 ? within : path.length > 1 ? lineOf(lines, path.slice(0, -1)) : 0
}

const bare = (key: string): string =>
  key
    .replace(/["']/g, '')
    .replace(/\s*\.\s*/g, '.')
    .trim()
