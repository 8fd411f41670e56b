// Bytes of plain files of others.
import { closeSync, read, readSync } from 'node:fs'
import { promisify } from 'node:util'
import { descriptorOf } from '../source/plain-descriptor.ts'
import { MOST_AT_ONCE, NONE } from './base/bytes.ts'
import type { Bytes } from './base/bytes.ts'

export interface PlainFile {
  bytes: Bytes
  size: number
  /** Which file it is. */
  key: string
  mtimeMs: number
  uid: number
  /** Afterwards nothing more comes. */
  close(): void
}

const readAsync = promisify(read)

/** Undefined where there is none that may be opened. `links`: also through a symbolic link at the end of the path. */
export const openPlain = (path: string, options?: { links?: boolean }): PlainFile | undefined => {
  const opened = descriptorOf(path, options)
  if (!opened) return undefined
  const { fd, stat } = opened
  const { size, dev, ino, mtimeMs, uid } = stat
  return { ...bytesOfFile(fd), size, key: `${dev} ${ino} ${size} ${mtimeMs}`, mtimeMs, uid }
}

export const bytesOfFile = (fd: number): Pick<PlainFile, 'bytes' | 'close'> => {
  let closed = false
  let reading = 0
  const closeNow = (): void => {
    if (closed && reading === 0) closeSync(fd)
  }
  const isPlace = (position: number, length: number): boolean =>
    !closed && Number.isSafeInteger(position) && position >= 0 && length > 0 && length <= MOST_AT_ONCE
  return {
    bytes: {
      async read(position, length) {
        if (!isPlace(position, length)) return NONE
        reading++
        try {
          const { buffer, bytesRead } = await readAsync(fd, Buffer.allocUnsafe(length), 0, length, position)
          return buffer.subarray(0, bytesRead)
        } finally {
          reading--
          closeNow()
        }
      },
      readNow(position, length) {
        if (!isPlace(position, length)) return NONE
        const buffer = Buffer.allocUnsafe(length)
        return buffer.subarray(0, readSync(fd, buffer, 0, length, position))
      },
    },
    close() {
      if (closed) return
      closed = true
      closeNow()
    },
  }
}
