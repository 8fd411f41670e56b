// Writes a few files that belong together under one new name: all or none, never over another, through no symbolic
// link, readable by the user only. What cannot be finished is taken away again.
import { constants } from 'node:fs'
import { chown, link, mkdir, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'

export interface Owner {
  uid: number
  gid: number
}

export interface Bundle {
  /** Without extension; `-1`, `-2`... is added when taken. */
  name: string
  /** Extension (with dot) and contents. */
  files: { extension: string; text: string | Uint8Array }[]
}

const MOST_SUFFIXES = 1000
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'ELOOP'])

/** Into the first folder that can be written to; gives the paths. `owner` is for a process that runs as root. */
export const writeBundle = async (folders: readonly string[], bundle: Bundle, owner?: Owner): Promise<string[]> => {
  let failure: NodeJS.ErrnoException | undefined
  for (const folder of folders) {
    try {
      if (folder !== folders[0]) await makeFolder(folder, owner)
      return await writeInto(folder, bundle, owner)
    } catch (error) {
      failure ??= error as NodeJS.ErrnoException
      // A full disk is told, not evaded: the next folder is where nobody would look for the file.
      if (!NOT_WRITABLE.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  throw failure ?? new Error('no folder to write to')
}

const makeFolder = async (folder: string, owner: Owner | undefined): Promise<void> => {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (made && owner) await chown(made, owner.uid, owner.gid)
}

const writeInto = async (folder: string, { name, files }: Bundle, owner: Owner | undefined): Promise<string[]> => {
  const temporary = files.map(({ extension }) => join(folder, `.${name}${extension}.${process.pid}`))
  const written: string[] = []
  try {
    for (const [i, { text }] of files.entries()) {
      await writeNew(temporary[i]!, text, owner, () => written.push(temporary[i]!))
    }
    for (let n = 0; n < MOST_SUFFIXES; n++) {
      const paths = files.map(({ extension }) => join(folder, `${name}${n > 0 ? `-${n}` : ''}${extension}`))
      if (await linkAll(temporary, paths)) return paths
    }
    throw Object.assign(new Error(`${name} is taken a thousand times`), { code: 'EEXIST' })
  } finally {
    for (const path of written) await unlink(path).catch(() => {})
  }
}

const writeNew = async (
  path: string,
  text: string | Uint8Array,
  owner: Owner | undefined,
  onCreated: () => void,
): Promise<void> => {
  const file = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW, 0o600)
  onCreated()
  try {
    if (owner) await file.chown(owner.uid, owner.gid)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

// A hard link fails where the name exists, so it is the atomic way to appear without overwriting. False: one is taken.
const linkAll = async (from: readonly string[], to: readonly string[]): Promise<boolean> => {
  const linked: string[] = []
  try {
    for (const [i, path] of to.entries()) {
      await link(from[i]!, path)
      linked.push(path)
    }
    return true
  } catch (error) {
    for (const path of linked) await unlink(path).catch(() => {})
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
