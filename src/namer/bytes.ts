// Bytes to be read here and there: of an open file, or of what is in memory already. Where there are no more, fewer come.
import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs'
import { promisify } from 'node:util'

export interface Bytes {
  read(position: number, length: number): Promise<Buffer>
  /** For a few bytes that are likely at hand. */
  readNow(position: number, length: number): Buffer
}

/** Read at once. */
const MOST = 64 << 20

const readAsync = promisify(read)

/** A file of others: undefined where it is none, or something else, such as a pipe that would make us wait. */
export const openPlain = (path: string): { fd: number; size: number } | undefined => {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
  const stat = fstatSync(fd)
  if (stat.isFile()) return { fd, size: stat.size }
  closeSync(fd)
  return undefined
}

export const bytesOfFile = (fd: number): Bytes => ({
  async read(position, length) {
    if (!isPlace(position, length)) return NONE
    const { buffer, bytesRead } = await readAsync(fd, Buffer.allocUnsafe(length), 0, length, position)
    return buffer.subarray(0, bytesRead)
  },
  readNow(position, length) {
    if (!isPlace(position, length)) return NONE
    const buffer = Buffer.allocUnsafe(length)
    return buffer.subarray(0, readSync(fd, buffer, 0, length, position))
  },
})

export const bytesOfMemory = (memory: Buffer): Bytes => {
  const part = (position: number, length: number): Buffer =>
    isPlace(position, length) ? memory.subarray(position, position + length) : NONE
  return { read: async (position, length) => part(position, length), readNow: part }
}

/** Throws Error once nobody wants them any more, so that whoever is reading ends. */
export const whileWanted = (bytes: Bytes, wanted: () => boolean): Bytes => ({
  async read(position, length) {
    if (!wanted()) throw new Error('no longer wanted')
    return bytes.read(position, length)
  },
  readNow: bytes.readNow,
})

/** What lies between two places. */
export const within = (bytes: Bytes, start: number, size: number): Bytes => {
  const fitting = (position: number, length: number): number =>
    position < 0 ? 0 : Math.max(0, Math.min(length, size - position))
  return {
    read: (position, length) => bytes.read(start + position, fitting(position, length)),
    readNow: (position, length) => bytes.readNow(start + position, fitting(position, length)),
  }
}

/** Text up to the next NUL. */
export const textAt = (bytes: Bytes, position: number): string => textIn(bytes.readNow(position, LONGEST_TEXT))

export const textIn = (found: Buffer): string => {
  const end = found.indexOf(0)
  return found.toString('latin1', 0, end < 0 ? found.length : end)
}

const LONGEST_TEXT = 1024
const NONE = Buffer.alloc(0)

const isPlace = (position: number, length: number): boolean =>
  Number.isSafeInteger(position) && position >= 0 && length > 0 && length <= MOST
