// The rules by which calls and states are of a class of time (stream/time-classes.ts); kernel functions are in stack-rules.ts.
// All of it data, in the order in which it is tried; one's own rules (class-rules.ts) go before.
import type { TimeClass } from '../../stream/time-classes.ts'

/** What a call does while it waits. `read` and `write`: with the descriptor that is its first argument, which decides. */
type CallDoes =
  | 'read'
  | 'write'
  | 'sync'
  | 'accept'
  | 'connect'
  | 'lock file'
  | 'futex'
  | 'poll'
  | 'select'
  | 'events'
  | 'sleep'
  | 'signal'
  | 'child'
  | 'semaphore'
  | 'message'
  | 'completion'
  | 'path'

/** Words of a text. */
export const list = (text: string): string[] => text.trim().split(/\s+/)

const CALLS: Record<CallDoes, readonly string[]> = {
  read: list('read pread64 readv preadv preadv2 recvfrom recvmsg recvmmsg recv splice tee getdents64 getdents ioctl'),
  write: list(
    'write pwrite64 writev pwritev pwritev2 sendto sendmsg sendmmsg send sendfile sendfile64 vmsplice copy_file_range fallocate ftruncate',
  ),
  sync: list('fsync fdatasync sync_file_range syncfs sync msync'),
  accept: list('accept accept4'),
  connect: list('connect'),
  'lock file': list('flock fcntl fcntl64'),
  futex: list('futex futex_wait futex_waitv futex_time64'),
  poll: list('poll ppoll ppoll_time64'),
  select: list('select pselect6 _newselect pselect6_time64'),
  events: list('epoll_wait epoll_pwait epoll_pwait2 epoll_wait_old'),
  sleep: list('nanosleep clock_nanosleep clock_nanosleep_time64'),
  signal: list('pause rt_sigsuspend rt_sigtimedwait sigsuspend rt_sigtimedwait_time64'),
  child: list('wait4 waitid waitpid vfork clone clone3 fork'),
  semaphore: list('semop semtimedop semtimedop_time64'),
  message: list('msgrcv msgsnd mq_timedreceive mq_timedsend'),
  completion: list('io_getevents io_pgetevents io_uring_enter'),
  path: list(
    'openat open stat newfstatat statx lstat access faccessat unlink unlinkat rename renameat renameat2 mkdir mkdirat execve',
  ),
}

const DOES = new Map(Object.entries(CALLS).flatMap(([does, calls]) => calls.map((call) => [call, does as CallDoes])))

export const callDoes = (call: string): CallDoes | undefined => DOES.get(call.replace('/32', ''))

/** Calls that say what is waited for, by what they are or by their arguments. Who asks for a path may wait for anything. */
export const EXPLAINED_CALLS: readonly string[] = Object.entries(CALLS).flatMap(([does, calls]) =>
  does === 'path' ? [] : calls,
)

/** Calls whose first argument is a descriptor that says what is waited for. */
export const CALLS_ON_FILES: readonly string[] = [
  ...CALLS.read,
  ...CALLS.write,
  ...CALLS.sync.filter((call) => call !== 'sync' && call !== 'msync'),
  ...CALLS.accept,
  ...CALLS.connect,
  ...CALLS['lock file'],
]

/** Those of them in which a thread asks a disk for its own data: in others it may be a journal's. */
export const CALLS_ON_DATA: readonly string[] = [...CALLS.read, ...CALLS.write]

/** Calls whose first argument is an address in the mapping that is waited for. */
export const CALLS_ON_ADDRESSES: readonly string[] = ['msync']

/** Calls whose first argument is a set of descriptors. */
export const CALLS_ON_SETS: readonly string[] = CALLS.events

/** Of a call whose descriptor is not known; `read` and `write` then are `other`. */
export const CLASS_OF_CALL: Record<CallDoes, TimeClass> = {
  read: 'other',
  write: 'other',
  sync: 'disk',
  accept: 'idle',
  connect: 'network',
  'lock file': 'lock',
  futex: 'lock',
  poll: 'idle',
  select: 'idle',
  events: 'idle',
  sleep: 'timer',
  signal: 'idle',
  child: 'child',
  semaphore: 'event',
  message: 'local',
  completion: 'disk',
  path: 'filesystem',
}

/** In the order of the calls. */
export const CLASSES_OF_CALLS: readonly (readonly [calls: readonly string[], TimeClass])[] = Object.entries(CALLS).map(
  ([does, calls]) => [calls, does === 'futex' ? 'event' : CLASS_OF_CALL[does as CallDoes]] as const,
)

/** Calls on sockets: of the network, unless it is seen that the peer is here. */
const ON_SOCKETS = new Set(list('recvfrom recvmsg recvmmsg recv sendto sendmsg sendmmsg send connect'))

/** Of a wait of which only the call and the state are known, where nothing that was read says more. */
export const usualClass = (call: string, state: 'S' | 'D'): TimeClass => {
  if (call === 'page fault') return 'memory'
  // a thread of the kernel that has nothing to do
  if (call === 'kernel' && state === 'S') return 'idle'
  if (call === 'I/O limit' || call === 'writeback throttle') return 'disk'
  const name = call.replace('/32', '')
  if (ON_SOCKETS.has(name)) return 'network'
  const does = callDoes(name)
  if (!does) return 'other'
  if (state === 'D' && (does === 'read' || does === 'write' || does === 'path')) return 'disk'
  // a lock and a sign of its own threads look the same
  return does === 'futex' ? 'event' : CLASS_OF_CALL[does]
}
