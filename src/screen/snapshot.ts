// The snapshot key: the whole data as JSON and the screen as text, side by side in the current folder, or in the
// user's state folder where that cannot be written to.
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { escapeJson } from '../stream/harmless.ts'
import { writeBundle, type Bundle, type Owner } from './write-files.ts'

interface Snapshot {
  host: string
  atMs: number
  data: unknown
  text: string
}

/** The paths written; throws an error whose message can be shown. */
export const writeSnapshot = async (snapshot: Snapshot, env: NodeJS.ProcessEnv): Promise<string[]> => {
  return writeFiles(
    {
      name: snapshotName(snapshot.host, snapshot.atMs),
      files: [
        { extension: '.json', text: `${escapeJson(JSON.stringify(snapshot.data, undefined, 1))}\n` },
        { extension: '.txt', text: snapshot.text.endsWith('\n') ? snapshot.text : `${snapshot.text}\n` },
      ],
    },
    env,
  )
}

/** Where the user looks for files; they belong to the user. Errors are in words that can be shown. */
export const writeFiles = async (bundle: Bundle, env: NodeJS.ProcessEnv): Promise<string[]> => {
  try {
    return await writeBundle(snapshotFolders(env), bundle, ownerOf(env))
  } catch (error) {
    throw new Error(explain(error as NodeJS.ErrnoException))
  }
}

/** probetop-<host>-<UTC yyyymmddThhmmssZ> */
export const snapshotName = (host: string, atMs: number): string => {
  const stamp = new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '')
  const safeHost =
    host
      .replace(/[^A-Za-z0-9.-]+/g, '_')
      .replace(/^\.+/, '')
      .slice(0, 64) || 'unknown'
  return `probetop-${safeHost}-${stamp}`
}

export const snapshotFolders = (env: NodeJS.ProcessEnv): string[] => {
  const state =
    env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME) ? env.XDG_STATE_HOME : join(homedir(), '.local/state')
  return [currentFolder(), join(state, 'probetop')].filter((folder) => folder !== undefined)
}

// The current folder may have been removed.
const currentFolder = (): string | undefined => {
  try {
    return process.cwd()
  } catch {
    return undefined
  }
}

// Started with sudo and still root: the files are for the user who did.
const ownerOf = (env: NodeJS.ProcessEnv): Owner | undefined => {
  const [uid, gid] = [Number(env.SUDO_UID), Number(env.SUDO_GID)]
  return process.getuid?.() === 0 && Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined
}

const WORDS: Record<string, string> = {
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  ENOENT: 'the folder does not exist any more',
  EIO: 'the disk reports an error',
}

const explain = (error: NodeJS.ErrnoException): string => {
  const folder = error.path ? ` (${error.path.replace(/\/[^/]*$/, '') || '/'})` : ''
  return `${WORDS[error.code ?? ''] ?? error.message}${folder}`
}
