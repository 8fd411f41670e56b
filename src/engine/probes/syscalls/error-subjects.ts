// What calls that failed were about: which argument of a call is a path or an address, as the kernel program is told by
// number (probes/lib/subjects.h), and what it read there as text.
import { addressText, AF_INET, AF_INET6, AF_UNIX, isMapped } from '../../native/addresses.ts'
import type { BpfObject } from '../../native/object.ts'
import { failureLayout, type FailureLayout } from './record-layout.ts'

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

const argumentsIn = (all: typeof PATHS): ReadonlyMap<string, number> =>
  new Map(all.flatMap(([at, names]) => names.map((name): [string, number] => [name, at])))
const pathIn = argumentsIn(PATHS)
const addressIn = argumentsIn(ADDRESSES)

/** Of each number what the program is told; exported for its test. */
export const subjectBytes = ({ numbers, isAddress, subjects }: FailureLayout): Buffer =>
  Buffer.from(
    Array.from({ length: subjects }, (_, index) => {
      const name = numbers.nameOf(index)
      const address = addressIn.get(name)
      return pathIn.get(name) ?? (address === undefined ? 0 : address | isAddress)
    }),
  )

interface Failure {
  name: string
  errno: number
  /** As the program gave it: hostile. */
  about: string
  count: number
}

/** Of the interval that ended. */
export const failuresOf = (object: BpfObject): ((epoch: number) => Failure[]) => {
  const layout = failureLayout(object)
  const decode = failureDecoder(layout)
  const { size } = layout.key
  object.map('.data.subjects').update(Buffer.alloc(4), subjectBytes(layout))
  const tables = [object.map('even_failures'), object.map('odd_failures')]
  return (epoch) => {
    const { count, keys, values } = tables[epoch & 1]!.drain()
    return Array.from({ length: count }, (_, i) =>
      decode(keys.subarray(i * size, (i + 1) * size), Number(values.readBigUInt64LE(i * 8))),
    ).toSorted((a, b) => b.count - a.count || (a.about < b.about ? -1 : 1))
  }
}

/** Exported for its test. */
export const failureDecoder =
  ({ numbers, key: at, textBytes }: FailureLayout) =>
  (key: Buffer, count: number): Failure => {
    const name = numbers.nameOf(key.readUInt32LE(at.index))
    const bytes = Math.min(key.readUInt16LE(at.bytes), textBytes)
    const text = key.subarray(at.text, at.text + bytes)
    const about = addressIn.has(name) ? socketText(text) : pathText(text, textBytes)
    return { name, errno: key.readUInt16LE(at.errno), about, count }
  }

/** One that did not fit ends in a mark. */
const pathText = (text: Buffer, mostBytes: number): string =>
  `${text.subarray(0, Math.max(0, text.length - 1)).toString('utf8')}${text.length === mostBytes ? '…' : ''}`

/** As struct sockaddr has it: `10.0.0.1:80`, `[::1]:80`, a path, `@name`. */
const socketText = (bytes: Buffer): string => {
  const family = bytes.length >= 2 ? bytes.readUInt16LE(0) : 0
  if (family === AF_INET && bytes.length >= 8) return `${addressText(bytes, 4, true)}:${bytes.readUInt16BE(2)}`
  if (family === AF_INET6 && bytes.length >= 24) {
    const address = addressText(bytes, 8, false)
    return `${isMapped(bytes, 8) ? address : `[${address}]`}:${bytes.readUInt16BE(2)}`
  }
  if (family !== AF_UNIX) return `address family ${family}`
  const path = bytes.subarray(2)
  if (path[0] === 0) return `@${path.subarray(1).toString('utf8')}`
  const end = path.indexOf(0)
  return path.subarray(0, end < 0 ? path.length : end).toString('utf8')
}
