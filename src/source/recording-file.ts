// Opening what is to be replayed: plain files only. Whoever names a pipe, a device or a file of the kernel's is told so,
// and nothing of it is opened: opening alone may hang, rewind a tape or arm a watchdog.
import { SCHEMA } from '../stream/stream-types.ts'
import { constants, createWriteStream, fstatSync } from 'node:fs'
import { MADE_UP } from './plain-descriptor.ts'
import { open, stat, statfs, unlink, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Transform } from 'node:stream'

/** Why a file cannot be replayed, in words for the user; `exitCode` tells a wrong use from a bad recording. */
export class RecordingError extends Error {
  readonly exitCode: 2 | 5
  constructor(message: string, exitCode: 2 | 5 = 5) {
    super(message)
    this.exitCode = exitCode
  }
}

export const STDIN = '-'
/** What is copied of standard input; a day of a busy machine, packed, is less. */
const MOST_COPIED_BYTES = 8 * 1024 ** 3

/** Throws RecordingError. */
export const openPlain = async (path: string): Promise<FileHandle> => {
  if (path === STDIN) return openStdin()
  const found = await orWords(stat(path))
  if (!found.isFile()) throw new RecordingError(`it is ${kindOf(found)}, not a plain file`, 2)
  const { type } = await orWords(statfs(path))
  if (MADE_UP.has(type)) throw new RecordingError("it is a file of the kernel's, not a plain one", 2)
  // It may be another one by now
  const file = await orWords(open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY))
  const opened = await file.stat()
  if (opened.isFile() && opened.ino === found.ino && opened.dev === found.dev) return file
  await file.close()
  throw new RecordingError('it was replaced while it was being opened', 2)
}

/** A plain file as such; what comes through a pipe is copied first, so that one can move in it. */
const openStdin = async (): Promise<FileHandle> => {
  const found = fstatSync(0)
  if (found.isFile()) return orWords(open('/dev/stdin', constants.O_RDONLY))
  if (!found.isFIFO() && !found.isSocket()) throw new RecordingError(`standard input is ${kindOf(found)}`, 2)
  const copy = await temporaryFile()
  let bytes = 0
  const bound = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length
      done(bytes > MOST_COPIED_BYTES ? new Error(`more than ${MOST_COPIED_BYTES / 1024 ** 3} GB`) : null, chunk)
    },
  })
  try {
    await pipeline(process.stdin, bound, createWriteStream('', { fd: copy, autoClose: false }))
    return copy
  } catch (error) {
    await copy.close()
    throw new RecordingError(`standard input cannot be copied: ${(error as Error).message}`)
  }
}

/** A file without a name, which is gone with the process. On disk, as temporary folders may be in memory. */
export const temporaryFile = async (): Promise<FileHandle> => {
  let failure: unknown
  for (const folder of ['/var/tmp', tmpdir()]) {
    const path = join(folder, `.probetop-${process.pid}-${Math.random().toString(36).slice(2)}`)
    try {
      const file = await open(
        path,
        constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
        0o600,
      )
      await unlink(path)
      return file
    } catch (error) {
      failure ??= error
    }
  }
  throw failure
}

const kindOf = (found: {
  isDirectory(): boolean
  isFIFO(): boolean
  isSocket(): boolean
  isCharacterDevice(): boolean
  isBlockDevice(): boolean
}): string =>
  found.isDirectory()
    ? 'a directory'
    : found.isFIFO()
      ? 'a pipe'
      : found.isSocket()
        ? 'a socket'
        : found.isCharacterDevice() || found.isBlockDevice()
          ? 'a device'
          : 'something else'

const WORDS: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ELOOP: 'a symbolic link that leads nowhere',
}

const orWords = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new RecordingError(WORDS[code ?? ''] ?? code ?? message)
  }
}

/** Throws RecordingError. */
export const checkSchema = (schema: number, version: string): void => {
  if (schema === SCHEMA) return
  const hint = schema > SCHEMA ? 'read it with that version' : 'no release wrote it: make a new recording'
  throw new RecordingError(
    `it was made by probetop ${version.slice(0, 40)} (schema ${schema}), this one reads schema ${SCHEMA}; ${hint}`,
  )
}
