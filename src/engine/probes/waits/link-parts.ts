// What links are made of, and what is asked for them beyond what was read of a thread.
import type { Link } from '../../../model/waits/wait-types.ts'
import type { FileFacts, Thread, WaitedFile } from './thread.ts'
import type { Futex } from './futex.ts'
import type { FileLock } from './file-locks.ts'
import type { Found } from './holders.ts'
import type { Title } from './titles.ts'

export interface Sources {
  /** Links found in this reading, for the many who wait for one thing. */
  links: Map<string, Link>
  /** `late`: there was no room for it in this reading. */
  futex(thread: Thread): Futex | 'late' | undefined
  /** Undefined: not known yet. */
  holders(file: FileFacts): readonly Found[] | undefined
  /** Processes that serve the file system on this device (FUSE); undefined: not known yet. */
  servers(dev: number): readonly Found[] | undefined
  /** Who listens on the local port of a connection, or on another one of the same network namespace. */
  listeners(file: FileFacts, port?: number): readonly number[]
  /** Of a descriptor of its, or the one that its call is about. */
  path(thread: Thread, fd?: number): string | undefined
  /** Global number of the process that a descriptor of its is of (pidfd); undefined: it has ended, or it is none. */
  processAt(thread: Thread, fd: number): number | undefined
  /** Of what its stack in the kernel has. */
  waitedPath(file: WaitedFile): string
  /** `ext4 on vda`. */
  fileSystem(dev: number): string
  /** It is known that it is one of FUSE. */
  isServed(dev: number): boolean
  frames(thread: Thread): readonly string[]
  fileLocks(pid: number): readonly FileLock[]
  children(pid: number): readonly number[]
  /** Global number of a process as the thread calls it. */
  processOf(thread: Thread, nsPid: number): number | undefined
  /** Thread of its process (or with `shared` of any), by the number it has there. */
  threadOf(thread: Thread, nsTid: number, shared: boolean): { pid: number; tid: number } | undefined
  threadByTid(tid: number): { pid: number; comm: string } | undefined
  /** What a process says of itself, where its server is known for that. */
  title(pid: number): Title | undefined
  /** Whom its CPU ran most in the interval. */
  runsOn(cpu: number): { pid: number; tid: number; share: number } | undefined
  /** The group whose CPU quota is used up, and what it allows. */
  quota(thread: Thread): { group: string; allows: string } | undefined
  /** The group whose limit on I/O holds what the thread's group asked for, and what it allows. */
  ioLimit(thread: Thread): { group: string; allows: string } | undefined
  /** The group whose limit on memory has no room left, from the thread's own up, and what it allows. */
  memoryLimit(thread: Thread): { group: string; allows: string } | undefined
  /** What is swapped to, as in `vda2, /swap`. */
  swaps(): string
  /** Thread of the kernel that commits the journal of the file system on this device (jbd2). */
  journalThread(dev: number): { pid: number; tid: number } | undefined
}

export type Part = Pick<Link, 'kind' | 'what' | 'class'> & Partial<Link>

export const link = (part: Part): Link => ({
  key: part.what,
  relation: '',
  holders: [],
  sure: 'certain',
  source: 'call',
  only: false,
  open: true,
  ...part,
})

/** The same for all threads of a process that wait for the same in the same way. */
export const once = (thread: Thread, { links }: Sources, what: string, find: () => Link): Link => {
  const key = `${thread.pid} ${what}`
  let found = links.get(key)
  // who holds it himself is told otherwise
  if (!found || found.holders.some(({ tid }) => tid === thread.tid)) links.set(key, (found = find()))
  return found
}
