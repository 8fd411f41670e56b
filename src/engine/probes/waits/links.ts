// What one thread waits for, from what was read of it: state, call, arguments, what its descriptor is of, the kernel's
// stack where it is uninterruptible. Whatever else has to be asked (memory, paths, holders) comes through `Sources`, so
// that this is a function of what they say.
import { callDoes, CLASS_OF_CALL } from '../../../model/waits/classes.ts'
import { stackRule, SWAP_IN, type StackRule } from '../../../model/waits/stack-rules.ts'
import type { Link } from '../../../model/waits/wait-types.ts'
import type { Thread } from './thread.ts'
import { childLink, fileLink, fileLockLink } from './file-links.ts'
import { link, once, type Sources } from './link-parts.ts'
import { servedLink } from './served-links.ts'
import { setLink } from './set-links.ts'
import { waitedFile } from './waited.ts'

const NO_ADDRESS = 0

export const linkOf = (thread: Thread, sources: Sources): Link | undefined => {
  switch (thread.state) {
    case 'R':
      return undefined
    case 'w':
      return cpuLink(thread, sources)
    case 'q': {
      const quota = sources.quota(thread)
      return link({
        kind: 'quota',
        what: `CPU quota of ${quota ? `group ${quota.group}` : 'its group'}`,
        class: 'throttled',
        ...(quota?.allows && { end: quota.allows }),
        source: 'state',
      })
    }
    case 'T':
      return link({
        kind: 'stopped',
        what: 'stopped by a signal',
        key: `stopped ${thread.pid}`,
        class: 'stopped',
        source: 'state',
      })
    case 'F':
      return link({
        kind: 'stopped',
        what: 'frozen by its control group',
        key: 'frozen',
        class: 'stopped',
        source: 'state',
      })
    case 't':
      return link({
        kind: 'tracer',
        what: thread.tracer ? 'stopped' : 'stopped for its tracer',
        key: `tracer ${thread.tracer}`,
        relation: 'by its tracer',
        holders: thread.tracer ? [{ pid: thread.tracer }] : [],
        class: 'stopped',
        source: "kernel's note of the tracer",
        open: thread.tracer === 0,
      })
  }
  if (thread.lock !== 0n) return kernelLockLink(thread, sources)
  return thread.state === 'D' ? stuckLink(thread, sources) : sleepLink(thread, sources)
}

const cpuLink = (thread: Thread, { runsOn }: Sources): Link => {
  const runs = runsOn(thread.cpu)
  const isOwn = runs?.tid === thread.tid
  return link({
    kind: 'cpu',
    what: `CPU ${thread.cpu}`,
    class: 'runq',
    relation: runs ? `${Math.round(runs.share * 100)}% taken by` : '',
    holders: runs && !isOwn ? [{ pid: runs.pid, tid: runs.tid }] : [],
    ...(isOwn && { end: 'taken mostly by itself' }),
    sure: 'likely',
    source: 'CPU time of threads there in the interval',
  })
}

const LOCK_WORDS: Record<string, string> = {
  mutex: 'kernel mutex',
  semaphore: 'kernel semaphore',
  read: 'rwsem (to read)',
  write: 'rwsem (to write)',
  percpu: 'percpu rwsem',
  rt: 'kernel rt_mutex',
}

const kernelLockLink = (thread: Thread, sources: Sources): Link => {
  const { from } = stackRule(sources.frames(thread))
  const owner = thread.lockOwner > 0 ? sources.threadByTid(thread.lockOwner) : undefined
  const isReader = thread.isOneOfSeveral || thread.lockKind === 'semaphore'
  return link({
    kind: 'kernel lock',
    key: `kernel lock ${thread.lock.toString(16)}`,
    what: `${LOCK_WORDS[thread.lockKind] ?? 'kernel lock'}${from ? ` in ${from}` : ''}`,
    class: 'lock',
    relation: isReader ? 'last taken by' : 'held by',
    holders: owner ? [{ pid: owner.pid, tid: thread.lockOwner, comm: owner.comm }] : [],
    sure: isReader ? 'possible' : 'certain',
    source: isReader ? 'last reader in the lock' : 'owner in the lock',
    only: !isReader && thread.state === 'D',
    open: !owner || isReader,
  })
}

/** Whoever lowers the limit of a group makes room in that one. */
const LOWERS =
  /^(memory_(max|high|reclaim)_write|mem_cgroup_(resize_max|write|force_empty\w*)|(user_)?proactive_reclaim)/

const isForOwnGroup = ({ isForGroup }: StackRule, functions: readonly string[]): boolean =>
  isForGroup === true && !functions.some((name) => LOWERS.test(name))

/** Uninterruptible, and not for a lock that is known. */
const stuckLink = (thread: Thread, sources: Sources): Link => {
  if (thread.call === 'vfork') return childLink(thread, sources)
  const functions = sources.frames(thread)
  const { rule, from } = stackRule(functions)
  const file = waitedFile(thread, functions, sources)
  const served = servedLink(thread, sources, file)
  if (served) return served
  const does = file ? `${file.does} ${file.path}` : thread.call
  const dev = file?.dev ?? thread.file.dev
  const fileSystem = dev ? sources.fileSystem(dev) : undefined
  if (rule?.kind === 'child') return childLink(thread, sources)
  const limit = rule && !rule.limited ? undefined : sources.ioLimit(thread)
  if (limit)
    return link({
      kind: 'io limit',
      key: `I/O limit of ${limit.group}`,
      what: `I/O limit of group ${limit.group}`,
      own: `holding back ${rule?.kind === 'memory' ? rule.words : does}`,
      class: 'disk',
      end: limit.allows,
      sure: rule?.limited ?? 'possible',
      source: "queue of the group's limit, stack",
    })
  if (!rule)
    return link({
      kind: file ? 'disk' : 'other',
      key: file ? `file ${file.path}` : `in ${from ?? thread.call}`,
      what: file ? does : `${from ?? 'something'} in ${thread.call}`,
      class: file ? 'disk' : 'other',
      ...(fileSystem && { end: fileSystem }),
      sure: file ? 'likely' : 'possible',
      source: file?.source ?? 'stack',
    })
  if (rule.kind === 'memory') {
    const group = isForOwnGroup(rule, functions) ? sources.memoryLimit(thread) : undefined
    return link({
      kind: 'memory',
      key: group ? `memory limit of ${group.group}` : rule.words,
      what: group ? `${rule.words} ${group.group}` : rule.words,
      // the page may be any that is written to make room
      ...(file && !file.isPage && { own: `in ${does}` }),
      class: rule.class,
      ...(group && { end: group.allows, sure: 'likely' as const }),
      ...(rule.words === SWAP_IN && { end: sources.swaps() }),
      source: group ? "stack, what the group's limits have room for" : 'stack',
    })
  }
  const words = rule.kind === 'kernel lock' && from ? `${rule.words} in ${from}` : rule.words
  const journal = rule.words === 'journal commit' && dev ? sources.journalThread(dev) : undefined
  return link({
    kind: rule.kind,
    key: file ? `file ${file.path}` : `${words} ${fileSystem ?? ''}`,
    what: rule.kind === 'disk' ? `${does} (${words})` : `${words}${file ? ` ${file.path}` : ''}`,
    class: rule.class,
    ...(fileSystem && { end: fileSystem }),
    ...(journal && { holders: [journal], relation: 'done by' }),
    sure: file && !file.isLikely ? 'certain' : 'likely',
    source: `stack${file ? `, ${file.source}` : ''}`,
  })
}

const sleepLink = (thread: Thread, sources: Sources): Link | undefined => {
  const served = servedLink(thread, sources)
  if (served) return served
  const does = callDoes(thread.call)
  switch (does) {
    case 'futex':
      return futexLink(thread, sources)
    case 'read':
    case 'write':
    case 'connect':
    case 'accept':
      return fileLink(thread, sources, does === 'write' || does === 'connect')
    case 'poll':
    case 'select':
    case 'events': {
      const found = setLink(thread, sources)
      return does === 'poll' ? withLimit(found, isTimedPoll(thread)) : { ...found, open: true }
    }
    case 'child':
      return childLink(thread, sources)
    case 'lock file':
      return fileLockLink(thread, sources)
    case 'sleep':
      return link({ kind: 'timer', what: 'a timer', key: `timer ${thread.tid}`, class: 'timer' })
    case 'signal':
      return link({ kind: 'signal', what: 'a signal', key: `signal ${thread.tid}`, class: 'idle' })
    case 'path':
      return pathLink(thread, sources)
    case undefined: {
      const { rule, from } = stackRule(sources.frames(thread))
      return link({
        kind: 'other',
        what: from ? `${from} in ${thread.call}` : thread.call,
        key: `in ${from ?? thread.call}`,
        class: rule?.class ?? 'other',
        sure: 'possible',
        source: from ? 'stack' : 'call',
      })
    }
    default:
      return link({
        kind: does === 'semaphore' ? 'semaphore' : 'other',
        what: WORDS[does] ?? thread.call,
        key: `${does} ${thread.args[0]}`,
        class: CLASS_OF_CALL[does],
        sure: 'likely',
      })
  }
}

/** Without a descriptor yet: the kernel's stack says why it takes so long. */
const pathLink = (thread: Thread, sources: Sources): Link => {
  const { rule } = stackRule(sources.frames(thread))
  return link({
    kind: rule?.kind === 'pipe' || rule?.kind === 'remote file' ? rule.kind : 'other',
    what: rule ? `${rule.words}, in ${thread.call}` : thread.call,
    key: `path ${thread.tid}`,
    class: rule?.class ?? CLASS_OF_CALL.path,
    sure: 'likely',
    source: rule ? 'stack' : 'call',
  })
}

const WORDS: Partial<Record<string, string>> = {
  semaphore: 'System V semaphore',
  message: 'message queue',
  completion: 'completion of I/O',
}

const hex = (address: number): string => `0x${address.toString(16)}`

const futexLink = (thread: Thread, sources: Sources): Link => {
  const { value } = thread
  const [address, operation, , timeout] = thread.args
  return once(thread, sources, `futex ${address} ${operation} ${value} ${timeout === NO_ADDRESS}`, () =>
    newFutexLink(thread, sources),
  )
}

const newFutexLink = (thread: Thread, sources: Sources): Link => {
  const address = thread.args[0]!
  const futex = sources.futex(thread)
  const key = (shared: boolean, at: number): string => `futex ${shared ? '' : thread.pid} ${hex(at)}`
  if (futex === undefined || futex === 'late')
    return link({
      kind: 'futex',
      what: `futex ${hex(address)}`,
      key: key(false, address),
      class: 'lock',
      sure: 'possible',
      source: futex ? 'its memory is still to be read' : 'its memory cannot be read',
      isLate: futex === 'late',
    })
  const owner = futex.owner === undefined ? undefined : sources.threadOf(thread, futex.owner, futex.shared)
  const at = futex.address ?? address
  const timed = isTimedFutex(thread)
  return link({
    kind: futex.kind,
    what: futex.kind === 'join' ? futex.words : `${futex.words} ${hex(at)}`,
    key: key(futex.shared, at),
    class: futex.kind === 'mutex' || futex.kind === 'rwlock' || futex.kind === 'join' ? 'lock' : 'event',
    relation: owner && futex.kind !== 'join' ? 'held by' : '',
    holders: owner ? [owner] : [],
    sure: futex.sure,
    source: futex.source,
    only: !timed,
    open: timed || !owner,
  })
}

const withLimit = (found: Link, timed: boolean): Link => (timed ? { ...found, open: true } : found)

/** poll() has milliseconds, ppoll() an address. */
const isTimedPoll = ({ call, args }: Thread): boolean =>
  call.startsWith('ppoll') ? args[2] !== NO_ADDRESS : (args[2]! | 0) >= 0

/** Of operations that may end by themselves. */
const isTimedFutex = ({ args }: Thread): boolean => args[3] !== NO_ADDRESS
