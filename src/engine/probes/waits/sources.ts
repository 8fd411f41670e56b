// What links.ts asks beyond what was read of threads: memory of programs, paths, file systems, names of kernel functions,
// file locks, groups. Each is asked only for threads that are looked at, no more than so often an interval, and kept as
// long as the thread does not run.
import { readlinkSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { devText, diskNames } from '../../proc/disks.ts'
import { bytesText, cpusText, limitsText } from '../../../model/io-limits.ts'
import type { ProcessMemory } from '../../native/process-memory.ts'
import { orElse, textOf } from '../../../source/proc-stat.ts'
import { ioLimitReader } from '../../proc/io-limits.ts'
import { memoryLimitReader } from '../../proc/memory-limits.ts'
import { quotaReader } from '../../proc/quotas.ts'
import { sharedKernelSymbols, type KernelSymbols } from '../../symbols/kernel.ts'
import type { Thread, Threads } from './thread.ts'
import { mountedIn, pathOf, type Mounted } from '../files/file-paths.ts'
import { openChildren } from './children.ts'
import { readFileLocks, type FileLock } from './file-locks.ts'
import { futexOf, wordsIn, type Futex, type FutexWords } from './futex.ts'
import type { HolderSearch } from './holders.ts'
import type { Sources } from './link-parts.ts'
import { mayBeParked } from './parked.ts'
import { openParkedSearch, type ThreadOf } from './parked-search.ts'
import { openPolled, type Polled } from './polled.ts'
import { titleReader } from './title-reader.ts'

const MOST_PATHS = 200
const MOST_FUTEXES = 1000
const MOST_GROUPS = 50
const WORD = 4
const AFTER = 6
const BEFORE = 12
const UNNAMED_MAJOR = 0
const MINOR_BITS = 20

export interface SourcesNow {
  sources: Sources
  /** What threads poll, as found in their memory; `isNew`: some in this reading. */
  polled: ReadonlyMap<number, Polled>
  isNew: boolean
}

let symbols: KernelSymbols | undefined
let reading: Promise<void> | undefined

/** Names are there an interval after the first thread needs them. */
const nameOf = (address: number): string => {
  reading ??= sharedKernelSymbols().then(
    (read) => void (symbols = read),
    () => undefined,
  )
  return symbols?.frame(address - 1).name ?? ''
}

export const openSources = (memory: ProcessMemory) => {
  const disks = diskNames()
  const quotas = quotaReader()
  const ioLimits = ioLimitReader()
  const memoryLimits = memoryLimitReader(availableParallelism())
  const paths = new Map<string, { tid: number; switches: number; path: string | undefined }>()
  const polled = openPolled(memory)
  const titles = titleReader()
  let mounts: Map<string, Mounted> | undefined
  const children = openChildren()
  // as long as there are no others
  let kin: Map<number, Map<number, Thread>> | undefined

  const mountedOn = (dev: number): Mounted | undefined =>
    (mounts ??= mountedIn(textOf('/proc/self/mountinfo'))).get(devText(dev))

  const fileSystem = (dev: number): string => {
    const mounted = mountedOn(dev)
    if (dev >>> MINOR_BITS === UNNAMED_MAJOR)
      return mounted
        ? `${mounted.type}${mounted.remote ? ` of ${mounted.remote}` : ''} at ${mounted.path}`
        : 'a file system'
    return `${mounted ? `${mounted.type} on ` : ''}${disks(dev)}`
  }

  const readWords = (thread: Thread, threadOf: ThreadOf): FutexWords | undefined => {
    const [address, operation, , timeout] = thread.args as [number, number, number, number]
    const read = memory.around(thread.pid, address, AFTER * WORD, BEFORE * WORD)
    if (!read) return undefined
    return {
      operation: operation & 0x1ff,
      value: thread.value,
      timed: timeout !== 0,
      aboveStack: address - thread.sp,
      after: wordsIn(read.after),
      before: read.before ? wordsIn(read.before) : [],
      self: thread.nsTid,
      isThread: (tid, shared) => threadOf(thread, tid, shared) !== undefined,
    }
  }
  const parked = openParkedSearch(memory, readWords)
  const readFutex = (thread: Thread, threadOf: ThreadOf): Futex | 'late' | undefined => {
    const said = readWords(thread, threadOf)
    return said && ((mayBeParked(said) ? parked.find(thread, said, threadOf) : undefined) ?? futexOf(said))
  }

  return {
    /** Of one reading. */
    begin(threads: Threads, adopted: readonly Thread[], { of, serves, listens }: HolderSearch): SourcesNow {
      const { byTid, fresh, isChanged } = threads
      let leftPaths = MOST_PATHS
      let leftFutexes = MOST_FUTEXES
      let leftGroups = MOST_GROUPS
      parked.begin()
      let swaps: string | undefined
      let locks: Map<number, FileLock[]> | undefined
      let busiest: Map<number, { pid: number; tid: number; share: number }> | undefined
      type Limit = ReturnType<Sources['ioLimit']>
      const limits = new Map<string, Limit>()
      /** Each asked once, and no more than so many. */
      const limitOnce = (key: string, ask: () => Limit): Limit => {
        if (!limits.has(key) && leftGroups-- > 0) limits.set(key, ask())
        return limits.get(key)
      }
      let groups: ReadonlyMap<number, string> | undefined
      const ranOut = (): ReadonlyMap<number, string> =>
        (groups ??= quotas.read([...new Set(fresh.filter(({ state }) => state === 'q').map(({ pid }) => pid))]).groups)
      mounts = undefined
      if (isChanged) kin = undefined
      children.update(threads, adopted)
      for (const [key, { tid, switches }] of paths) if (byTid.get(tid)?.switches !== switches) paths.delete(key)

      /** By process, then by the number that threads have there. */
      const kinOf = (pid: number): Map<number, Thread> | undefined => {
        if (!kin) {
          kin = new Map()
          for (const thread of byTid.values()) {
            const known = kin.get(thread.pid)
            if (known) known.set(thread.nsTid, thread)
            else kin.set(thread.pid, new Map([[thread.nsTid, thread]]))
          }
        }
        return kin.get(pid)
      }
      /** Outside of namespaces without going through all. */
      const ownOf = (thread: Thread, nsTid: number): Thread | undefined => {
        if (thread.nsTid !== thread.tid || byTid.get(thread.pid)?.nsTid !== thread.pid)
          return kinOf(thread.pid)?.get(nsTid)
        const own = byTid.get(nsTid)
        return own?.pid === thread.pid ? own : undefined
      }
      const threadOf: ThreadOf = (thread, nsTid, shared) => {
        const own = ownOf(thread, nsTid)
        if (own || !shared || thread.nsTid !== thread.tid) return own
        const other = byTid.get(nsTid)
        return other?.nsTid === nsTid ? other : undefined
      }

      /** Of a descriptor: while its thread has not run it is the same. So many are read. */
      const saidOf = (thread: Thread, key: string, read: () => string | undefined): string | undefined => {
        const known = paths.get(key)
        if (known) return known.path
        if (leftPaths-- <= 0) return undefined
        const path = read()
        paths.set(key, { tid: thread.tid, switches: thread.switches, path })
        return path
      }

      const sources: Sources = {
        holders: of,
        servers: serves,
        isServed: (dev) => mountedOn(dev)?.type.startsWith('fuse') === true,
        listeners: ({ net, tcp }, port = tcp.localPort) => listens(net, port),
        fileSystem,
        waitedPath: (file) => pathOf(file, mountedOn(file.dev), () => disks(file.dev)),
        title: titles.begin(byTid),
        threadOf,
        links: new Map(),
        futex: (thread) => (leftFutexes-- > 0 ? readFutex(thread, threadOf) : 'late'),
        path(thread, fd = thread.args[0]! | 0) {
          return saidOf(thread, `${thread.tid} ${fd}`, () =>
            orElse<string | undefined>(undefined, () => readlinkSync(`/proc/${thread.pid}/fd/${fd}`)),
          )
        },
        processAt(thread, fd) {
          const pid = Number(
            saidOf(
              thread,
              `process of ${thread.tid} ${fd}`,
              () => /^Pid:\s+(\d+)$/m.exec(textOf(`/proc/${thread.pid}/fdinfo/${fd}`))?.[1],
            ),
          )
          // whether that is there is asked each time
          return byTid.has(pid) ? pid : undefined
        },
        frames: (thread) => thread.frames.map(nameOf).filter((name) => name !== ''),
        fileLocks: (pid) => (locks ??= readFileLocks()).get(pid) ?? [],
        children: children.of,
        processOf(thread, nsPid) {
          if (thread.nsTid === thread.tid) return byTid.has(nsPid) ? nsPid : undefined
          return sources.children(thread.pid).find((pid) => byTid.get(pid)?.nsTid === nsPid)
        },
        threadByTid(tid) {
          const thread = byTid.get(tid)
          if (thread) return thread
          // of the kernel and idle: it was not read
          const comm = textOf(`/proc/${tid}/comm`).trim()
          return comm === '' ? undefined : { pid: tid, comm }
        },
        runsOn(cpu) {
          if (!busiest) {
            busiest = new Map()
            const most = new Map<number, { thread: Thread; all: number }>()
            for (const thread of fresh) {
              if (thread.ranSinceNs === 0) continue
              const known = most.get(thread.cpu)
              if (!known) most.set(thread.cpu, { thread, all: thread.ranSinceNs })
              else {
                known.all += thread.ranSinceNs
                if (thread.ranSinceNs > known.thread.ranSinceNs) known.thread = thread
              }
            }
            for (const [each, { thread, all }] of most)
              busiest.set(each, { pid: thread.pid, tid: thread.tid, share: thread.ranSinceNs / all })
          }
          return busiest.get(cpu)
        },
        quota({ pid, limitLevel: level }) {
          return limitOnce(`quota ${pid} ${level}`, () => {
            // which one it was is known by the accounts of all, once its time is over
            const group = level < 0 ? ranOut().get(pid) : undefined
            const found = group === undefined ? quotas.at(pid, level) : { group, cpus: quotas.cpusOf(group) }
            return found && { group: found.group, allows: found.cpus ? cpusText(found.cpus) : '' }
          })
        },
        ioLimit({ pid, limitLevel: level }) {
          if (level < 0) return undefined
          return limitOnce(`I/O ${pid} ${level}`, () => {
            const [limit] = ioLimits.read([{ pid, level, threads: 1 }]).limits
            return limit && { group: limit.cgroup, allows: limitsText(limit.disks) }
          })
        },
        memoryLimit({ pid }) {
          return limitOnce(`memory ${pid}`, () => {
            const limit = memoryLimits(pid)
            return limit && { group: limit.group, allows: `${bytesText(limit.limitBytes)} by ${limit.file}` }
          })
        },
        swaps: () => (swaps ??= swapsIn(textOf('/proc/swaps')).join(', ')),
        journalThread(dev) {
          const name = `jbd2/${disks(dev).replaceAll('/', '!')}-`.slice(0, LONGEST_NAME)
          for (const { isWorker, comm, pid, tid } of byTid.values())
            if (isWorker && comm.startsWith(name)) return { pid, tid }
          return undefined
        },
      }

      return { sources, ...polled.find(fresh, byTid) }
    },
  }
}

/** Of a thread, as the kernel keeps it. */
const LONGEST_NAME = 15

/** Names of what is swapped to; a disk without its folder. */
const swapsIn = (text: string): string[] =>
  text
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split(/\s/, 1).filter((name) => name !== ''))
    .map((name) => name.replace(/^\/dev\//, ''))
