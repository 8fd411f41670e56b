// Paths of files from what the kernel program read: names of directory entries up to the root of a file system, which is
// mounted somewhere. Pure.
import { unescapeOctal } from '../../proc/escapes.ts'

/** What is known of the file, as the kernel program says it. */
export const KINDS = {
  named: 'FILE_NAMED',
  metadata: 'FILE_META',
  swap: 'FILE_SWAP',
  noted: 'FILE_NOTED',
  direct: 'FILE_DIRECT',
  unknown: 'FILE_UNKNOWN',
  dirtied: 'FILE_DIRTIED',
  'dirtied by several': 'FILE_DIRTIED_SEVERAL',
} as const
export type Kind = keyof typeof KINDS

const MOUNT = /^\d+ \d+ (\d+:\d+) (\S+) (\S+) .* - (\S+) (\S*)/
/** `server:/data`, `//server/share`. */
const REMOTE = /^(\/\/|[^/]+:)/

export interface Mounted {
  path: string
  type: string
  /** On another machine: as that calls it. */
  remote?: string
}

/** By device number where its root is mounted first, else any part of it. */
export const mountedIn = (text: string): Map<string, Mounted> => {
  const mounted = new Map<string, Mounted & { isWhole: boolean }>()
  for (const line of text.split('\n')) {
    const [, dev, root, path, type, from] = MOUNT.exec(line) ?? []
    if (dev === undefined || mounted.get(dev)?.isWhole) continue
    if (mounted.has(dev) && root !== '/') continue
    mounted.set(dev, {
      path: unescapeOctal(path!),
      type: type!,
      ...(REMOTE.test(from!) && { remote: unescapeOctal(from!) }),
      isWhole: root === '/',
    })
  }
  return mounted
}

export interface Named {
  kind: Kind
  ino: number
  /** Innermost first. */
  parts: readonly string[]
  /** There was room for no more of them. */
  isCut: boolean
  isDeleted: boolean
}

/** Inode whose pages are all trees of a btrfs. */
const BTRFS_TREES = 1

/** `device`: name of the disk, where that is what is read and written itself. */
export const pathOf = (
  { kind, ino, parts, isCut, isDeleted }: Named,
  mounted: Mounted | undefined,
  device?: () => string,
): string => {
  if (kind === 'metadata' || (mounted?.type === 'btrfs' && ino === BTRFS_TREES))
    return mounted
      ? `[metadata of ${mounted.type} ${mounted.path}]`
      : device
        ? `/dev/${device()}`
        : '[metadata of a file system]'
  if (kind === 'swap') return '[swap]'
  if (kind !== 'named' && parts.length === 0) return '[not known]'
  if (parts.length === 0) return `[inode ${ino}${mounted ? ` of ${mounted.path}` : ''}]${isDeleted ? ' (deleted)' : ''}`
  // of one that is mounted in another namespace only, the way from its root on
  const root = isCut ? '...' : mounted ? mounted.path.replace(/\/$/, '') : device ? `[${device()}]` : ''
  return `${root}/${[...parts].reverse().join('/')}${isDeleted ? ' (deleted)' : ''}`
}
