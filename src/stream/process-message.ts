// What /proc says of the process that is selected: once a tick while the target is a process or a thread.

export interface ProcessMessage {
  type: 'process'
  atMs: number
  pid: number
  comm: string
  /** Words of the command line; none for kernel threads. */
  args: string[]
  /** Nearest first, up to the first process. */
  parents: { pid: number; comm: string }[]
  uid: number
  /** Absent where the number has no name. */
  user?: string
  cgroup?: string
  /** In hierarchies of version 1 that have it elsewhere: a controller's limits are those of its own group. */
  otherGroups?: { of: string; cgroup: string }[]
  /** When it was started. */
  startMs: number
  /** The same since the machine was started, as in SchedProc. */
  startedMs?: number
  threads: number
  rssBytes: number
  /** User and system time since it was started. */
  cpuMs: number
  /** Threads that are in a system call on a file at this instant, at most so many as are looked at. */
  files: OpenFile[]
}

export interface OpenFile {
  tid: number
  call: string
  fd: number
  /** Path, or what the kernel calls it: socket:[123], pipe:[7], anon_inode:[eventpoll]. */
  file: string
}
