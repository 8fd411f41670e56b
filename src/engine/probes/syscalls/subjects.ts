// What calls that failed were about: which argument of a call is a path or an address, as the kernel program is told by
// number (probes/lib/subjects.h), and what it read there as text.
import { addressText, isMapped } from '../../native/addresses.ts'
import type { BpfObject } from '../../native/object.ts'
import { ABI_CALLS, nameOfIndex } from '../../proc/syscall-names.ts'

/** As in subjects.h. */
const KEY = { index: 0, errno: 4, bytes: 6, text: 8, size: 192 }
const SUBJECT_BYTES = KEY.size - KEY.text
const ADDRESS = 0x80
const MOST = 256

const words = (names: string): string[] => names.trim().split(/\s+/)

/** Calls by the argument with a path, counted from 1. */
const PATHS: readonly (readonly [argument: number, names: readonly string[]])[] = [
  [
    1,
    words(`open stat lstat access execve chdir mkdir rmdir creat link unlink readlink chmod chown lchown truncate statfs
      rename mknod utime utimes uselib umount2 swapon swapoff acct chroot pivot_root setxattr lsetxattr getxattr lgetxattr
      listxattr llistxattr removexattr lremovexattr mq_open mq_unlink`),
  ],
  [
    2,
    words(`openat openat2 mkdirat mknodat fchownat futimesat newfstatat unlinkat renameat renameat2 linkat readlinkat
      fchmodat fchmodat2 faccessat faccessat2 utimensat execveat statx name_to_handle_at inotify_add_watch open_tree mount
      symlink`),
  ],
  [3, ['symlinkat']],
]
const ADDRESSES: readonly (readonly [argument: number, names: readonly string[]])[] = [
  [2, ['connect', 'bind']],
  [5, ['sendto']],
]

const argumentsByName = new Map([
  ...PATHS.flatMap(([at, names]) => names.map((name) => [name, at] as const)),
  ...ADDRESSES.flatMap(([at, names]) => names.map((name) => [name, at | ADDRESS] as const)),
])

/** Of each number what the program is told; exported for its test. */
export const subjectBytes = (): Buffer =>
  Buffer.from(Array.from({ length: ABI_CALLS }, (_, index) => argumentsByName.get(nameOfIndex(index)) ?? 0))

export interface Failure {
  name: string
  errno: number
  /** As the program gave it: hostile. */
  about: string
  count: number
}

/** Of the interval that ended. */
export const failuresOf = (object: BpfObject): ((epoch: number) => Failure[]) => {
  const key = Buffer.alloc(4)
  object.map('.data.subjects').update(key, subjectBytes())
  const tables = [object.map('even_failures'), object.map('odd_failures')]
  return (epoch) => {
    const { count, keys, values } = tables[epoch & 1]!.drain()
    return Array.from({ length: Math.min(count, MOST) }, (_, i) =>
      decodeFailure(keys.subarray(i * KEY.size, (i + 1) * KEY.size), Number(values.readBigUInt64LE(i * 8))),
    ).toSorted((a, b) => b.count - a.count || (a.about < b.about ? -1 : 1))
  }
}

/** Exported for its test. */
export const decodeFailure = (key: Buffer, count: number): Failure => {
  const name = nameOfIndex(key.readUInt32LE(KEY.index))
  const bytes = Math.min(key.readUInt16LE(KEY.bytes), SUBJECT_BYTES)
  const text = key.subarray(KEY.text, KEY.text + bytes)
  const isAddress = ((argumentsByName.get(name) ?? 0) & ADDRESS) !== 0
  return { name, errno: key.readUInt16LE(KEY.errno), about: isAddress ? socketText(text) : pathText(text), count }
}

/** One that did not fit ends in a mark. */
const pathText = (text: Buffer): string =>
  `${text.subarray(0, Math.max(0, text.length - 1)).toString('utf8')}${text.length === SUBJECT_BYTES ? '…' : ''}`

const UNIX = 1
const INET = 2
const INET6 = 10

/** As struct sockaddr has it: `10.0.0.1:80`, `[::1]:80`, a path, `@name`. */
const socketText = (bytes: Buffer): string => {
  const family = bytes.length >= 2 ? bytes.readUInt16LE(0) : 0
  if (family === INET && bytes.length >= 8) return `${addressText(bytes, 4, true)}:${bytes.readUInt16BE(2)}`
  if (family === INET6 && bytes.length >= 24) {
    const address = addressText(bytes, 8, false)
    return `${isMapped(bytes, 8) ? address : `[${address}]`}:${bytes.readUInt16BE(2)}`
  }
  if (family !== UNIX) return `address family ${family}`
  const path = bytes.subarray(2)
  if (path[0] === 0) return `@${path.subarray(1).toString('utf8')}`
  const end = path.indexOf(0)
  return path.subarray(0, end < 0 ? path.length : end).toString('utf8')
}
