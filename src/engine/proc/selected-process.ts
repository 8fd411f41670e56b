// Facts about one process from /proc: command line, parents, user, group, memory, and the files its threads are busy
// with. A few small files a tick, for the process that is selected only.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenFile, ProcessMessage } from '../../stream/process-message.ts'
import { groupIn, otherGroupsIn } from './groups.ts'
import { syscallName } from './syscall-names.ts'
import { fieldsOf, orElse, parseStat } from '../../source/proc-stat.ts'
import { usersIn } from './users.ts'

interface ProcessFolders {
  proc?: string
  passwd?: string
}

/** Threads looked at for files; parents followed; bytes of a command line. */
const MOST_THREADS = 64
const MOST_PARENTS = 32
const MOST_BYTES = 4096

/** Undefined when there is no such process (any more), or it may not be looked at. */
export const readProcess = (
  pid: number,
  nowMs: number,
  folders: ProcessFolders = {},
): Omit<ProcessMessage, 'type' | 'atMs'> | undefined => {
  const { proc = '/proc', passwd = '/etc/passwd' } = folders
  const folder = join(proc, String(pid))
  const status = textOf(join(folder, 'status'))
  const stat = textOf(join(folder, 'stat'))
  if (status === undefined || stat === undefined) return undefined
  const { comm, parent, cpuMs, startedMs } = parseStat(stat)
  const thread = livingThread(folder, stat)
  const upMs = Number(textOf(join(proc, 'uptime'))?.split(' ')[0]) * 1000
  const uid = Number(field(status, 'Uid')?.split(/\s+/)[0])
  const user = usersIn(textOf(passwd) ?? '').get(uid)
  const groups = textOf(join(folder, 'cgroup')) ?? ''
  const cgroup = groupIn(groups)
  const otherGroups = otherGroupsIn(groups, cgroup)
  return {
    pid,
    comm,
    args: argumentsIn(textOf(join(thread, 'cmdline')) ?? ''),
    parents: parentsOf(parent, proc),
    uid,
    ...(user === undefined ? {} : { user }),
    ...(cgroup === undefined ? {} : { cgroup }),
    ...(otherGroups.length === 0 ? {} : { otherGroups }),
    startMs: Math.round(nowMs - (upMs - startedMs)),
    startedMs,
    threads: Number(field(status, 'Threads')) || 0,
    rssBytes: (parseInt(field(textOf(join(thread, 'status')) ?? '', 'VmRSS') ?? '', 10) || 0) * 1024,
    cpuMs,
    files: filesOf(folder, thread),
  }
}

type Facts = ReturnType<typeof readProcess>

/** The same each time it is asked. Of a process that has ended and whose parent has not asked how, the kernel no longer
 * has the command line, and in hierarchies of version 1 the group: they are what they were. */
export const processReader = () => {
  let known: Facts
  return (pid: number, nowMs: number): Facts => {
    const facts = readProcess(pid, nowMs)
    const isSame = facts !== undefined && known?.pid === pid && known.startedMs === facts.startedMs
    if (!isSame || facts.args.length > 0) return (known = facts)
    const { args, cgroup, otherGroups } = known!
    return (known = {
      ...facts,
      args,
      ...(cgroup === undefined ? {} : { cgroup }),
      ...(otherGroups === undefined ? {} : { otherGroups }),
    })
  }
}

/** When the process that has this number now was started, as in SchedProc; undefined where there is none. */
export const startedMsOf = (pid: number): number | undefined => {
  const stat = textOf(`/proc/${pid}/stat`)
  return stat === undefined ? undefined : parseStat(stat).startedMs
}

/** The folder that tells of memory and files: of the process, or where its first thread has ended and others go on, of
 * one of those. */
const livingThread = (folder: string, stat: string): string => {
  if (!hasEnded(stat)) return folder
  const tasks = join(folder, 'task')
  const living = namesIn(tasks)
    .slice(0, MOST_THREADS)
    .find((tid) => !hasEnded(textOf(join(tasks, tid, 'stat')) ?? ENDED))
  return living === undefined ? folder : join(tasks, living)
}

const ENDED = 'Z'
const hasEnded = (stat: string): boolean => [ENDED, 'X'].includes(fieldsOf(stat)[0]!)

/** Calls whose first argument is a descriptor, of both tables. */
const ON_FILES = new Set(
  `read write pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 fsync fdatasync sync_file_range
  fallocate ftruncate flock fcntl ioctl getdents64 sendfile splice recvfrom sendto recvmsg sendmsg recvmmsg sendmmsg accept accept4
  connect epoll_wait epoll_pwait epoll_pwait2 io_uring_enter copy_file_range lseek fadvise64 readahead
  _llseek getdents ftruncate64 fcntl64 sendfile64 fadvise64_64 recvmmsg_time64`.split(/\s+/),
)

/** `number first-argument ...` of /proc/PID/task/TID/syscall; `running`, or a negative number, where it is in none. */
const filesOf = (folder: string, thread: string): OpenFile[] => {
  const tids = namesIn(join(folder, 'task')).slice(0, MOST_THREADS)
  const compat = isCompat(thread)
  return tids.flatMap((tid) => {
    const [number, first] = textOf(join(folder, 'task', tid, 'syscall'))?.split(' ') ?? []
    if (number === undefined || !/^\d+$/.test(number) || first === undefined) return []
    const call = syscallName(Number(number), compat)
    const fd = Number(first)
    if (!ON_FILES.has(call.replace('/32', '')) || !Number.isSafeInteger(fd)) return []
    const file = linkOf(join(thread, 'fd', String(fd)))
    return file === undefined ? [] : [{ tid: Number(tid), call, fd, file }]
  })
}

/** Size of a program header as the kernel tells the program: where the vector's words are 32 bits wide it is a 32-bit
 * one, whose calls are those of the other table. */
const AT_PHENT = 4
const PROGRAM_HEADER_BYTES = 32

const isCompat = (folder: string): boolean => {
  const vector = orElse(Buffer.alloc(0), () => readFileSync(join(folder, 'auxv')))
  for (let at = 0; at + 8 <= vector.length; at += 8)
    if (vector.readUInt32LE(at) === AT_PHENT) return vector.readUInt32LE(at + 4) === PROGRAM_HEADER_BYTES
  return false
}

const parentsOf = (first: number, proc: string): { pid: number; comm: string }[] => {
  const parents: { pid: number; comm: string }[] = []
  for (let pid = first; pid > 0 && parents.length < MOST_PARENTS;) {
    const stat = textOf(join(proc, String(pid), 'stat'))
    if (stat === undefined) break
    const { comm, parent } = parseStat(stat)
    parents.push({ pid, comm })
    pid = parent
  }
  return parents
}

const field = (status: string, name: string): string | undefined =>
  new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]

/** Programs that write a title over their arguments fill up with zeros: those behind the last word are no words. */
const argumentsIn = (text: string): string[] =>
  text === '' ? [] : text.slice(0, MOST_BYTES).replace(/\0+$/, '').split('\0')

const textOf = (path: string): string | undefined =>
  orElse<string | undefined>(undefined, () => readFileSync(path, 'utf8'))
const linkOf = (path: string): string | undefined => orElse<string | undefined>(undefined, () => readlinkSync(path))
const namesIn = (path: string): string[] => orElse<string[]>([], () => readdirSync(path))
