// Opens files of others without doing anything to them: only plain files on real file systems are opened for reading.
// What is there is looked at first (O_PATH opens nothing), and it is that very file which is opened then, so that nobody
// can put a device, a pipe or a log of the kernel in its place meanwhile.
import { closeSync, constants, fstatSync, openSync, read, readSync, statfsSync, type Stats } from 'node:fs'
import { promisify } from 'node:util'
import { MOST_AT_ONCE, NONE } from './bytes.ts'
import type { Bytes } from './bytes.ts'

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

const O_PATH = 0o10000000
/** Made up by the kernel as it is read: proc, sysfs, debugfs, tracefs, securityfs, both of control groups, bpf, configfs,
 * pstore, efivarfs, selinuxfs, smackfs, binfmt_misc, fusectl, autofs. */
const MADE_UP = new Set([
  0x9fa0, 0x62656572, 0x64626720, 0x74726163, 0x73636673, 0x27e0eb, 0x63677270, 0xcafe4a11, 0x62656570, 0x6165676c,
  0xde5e81e4, 0xf97cff8c, 0x43415d53, 0x42494e4d, 0x65735543, 0x187,
])

const readAsync = promisify(read)

/** Undefined where there is none that may be opened. `links`: also through a symbolic link at the end of the path. */
export const openPlain = (path: string, options?: { links?: boolean }): PlainFile | undefined => {
  const opened = descriptorOf(path, options)
  if (!opened) return undefined
  const { fd, stat } = opened
  const { size, dev, ino, mtimeMs, uid } = stat
  return { ...bytesOfFile(fd), size, key: `${dev} ${ino} ${size} ${mtimeMs}`, mtimeMs, uid }
}

/** The same for whoever hands it on: a descriptor to be closed, and which file it is. */
export const descriptorOf = (path: string, { links = false } = {}): { fd: number; stat: Stats } | undefined => {
  const opened: number[] = []
  try {
    const place = openSync(path, O_PATH | (links ? 0 : constants.O_NOFOLLOW))
    opened.push(place)
    const stat = fstatSync(place)
    if (!stat.isFile() || MADE_UP.has(statfsSync(`/proc/self/fd/${place}`).type)) return undefined
    const fd = openSync(`/proc/self/fd/${place}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    return { fd, stat }
  } catch {
    return undefined
  } finally {
    for (const fd of opened) closeSync(fd)
  }
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
