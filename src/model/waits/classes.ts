// What clock time goes into: the classes, and the rules by which calls, states and kernel functions are of one. All of
// it data, in the order in which it is tried; one's own rules (class-rules.ts) go before.
import { globOf } from './glob.ts'

/** In the order in which they are drawn. `stolen`: by interrupts and the hypervisor; `cpu`: on one, in which mode is not
 * known. `event`: a sign of its own threads (condition variables, semaphores, barriers),
 * which pools of workers idle in and others are held up by; nothing tells which. `local`: another process here, where it
 * has something to do (resting.ts); `child`: one of its own, as shells do all day. */
export const TIME_CLASSES = [
  'user',
  'system',
  'stolen',
  'cpu',
  'runq',
  'throttled',
  'lock',
  'disk',
  'filesystem',
  'memory',
  'network',
  'local',
  'child',
  'event',
  'timer',
  'idle',
  'stopped',
  'other',
] as const
export type TimeClass = (typeof TIME_CLASSES)[number]

/** A letter each (in capitals where it is most of an interval) and its words. */
export const CLASS_WORDS: Readonly<Record<TimeClass, readonly [letter: string, words: string]>> = {
  user: ['u', 'user'],
  system: ['k', 'system'],
  stolen: ['x', 'irq, stolen'],
  cpu: ['r', 'on CPU'],
  runq: ['w', 'run queue'],
  throttled: ['q', 'throttled'],
  lock: ['l', 'lock'],
  disk: ['d', 'disk'],
  filesystem: ['f', 'file system'],
  memory: ['m', 'memory'],
  network: ['n', 'network'],
  local: ['p', 'local peer'],
  child: ['c', 'child'],
  event: ['e', 'own threads'],
  timer: ['z', 'timer'],
  idle: ['.', 'idle wait'],
  stopped: ['t', 'stopped'],
  other: ['o', 'other'],
}

/** Nobody is held up in these, as far as can be told. */
const RESTING: ReadonlySet<TimeClass> = new Set(['child', 'event', 'timer', 'idle'])
export const BUSY: readonly TimeClass[] = TIME_CLASSES.filter((each) => !RESTING.has(each))

/** What a call does while it waits. `read` and `write`: with the descriptor that is its first argument, which decides. */
export type CallDoes =
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

const list = (text: string): string[] => text.trim().split(/\s+/)

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

/** Calls that say what is waited for, by what they are or by their arguments. */
export const EXPLAINED_CALLS: readonly string[] = Object.values(CALLS).flat()

/** Calls whose first argument is a descriptor that says what is waited for. */
export const CALLS_ON_FILES: readonly string[] = [
  ...CALLS.read,
  ...CALLS.write,
  ...CALLS.sync.filter((call) => call !== 'sync' && call !== 'msync'),
  ...CALLS.accept,
  ...CALLS.connect,
  ...CALLS['lock file'],
]

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

/** What a function of the kernel in the stack of an uninterruptible thread means; the first that is in it counts, from the
 * innermost frame out. `words` stands where there is no file. */
export interface StackRule {
  /** `*` stands for anything. */
  functions: readonly string[]
  kind: 'memory' | 'disk' | 'remote file' | 'kernel lock' | 'io limit' | 'child' | 'other'
  class: TimeClass
  words: string
}

export const STACK_RULES: readonly StackRule[] = [
  {
    functions: list(
      'do_swap_page* swap_read_folio* swapin_readahead* swap_cluster_readahead* swap_readpage* swap_vma_readahead*',
    ),
    kind: 'memory',
    class: 'memory',
    words: 'swap-in',
  },
  {
    functions: list(
      'try_to_free_pages* try_to_free_mem_cgroup_pages* throttle_direct_reclaim* shrink_node* do_try_to_free_pages* reclaim_throttle* mem_cgroup_handle_over_high*',
    ),
    kind: 'memory',
    class: 'memory',
    words: 'memory reclaim',
  },
  { functions: list('try_to_compact_pages* compact_zone*'), kind: 'memory', class: 'memory', words: 'compaction' },
  {
    functions: list('mem_cgroup_out_of_memory* mem_cgroup_oom*'),
    kind: 'memory',
    class: 'memory',
    words: 'memory limit of the group',
  },
  {
    functions: list('rpc_wait_bit_killable* nfs_* nfs4_* __rpc_execute*'),
    kind: 'remote file',
    class: 'network',
    words: 'NFS server',
  },
  { functions: list('request_wait_answer* fuse_*'), kind: 'remote file', class: 'local', words: 'FUSE server' },
  { functions: list('cifs_* smb2_* wait_for_response*'), kind: 'remote file', class: 'network', words: 'SMB server' },
  {
    functions: list(
      'balance_dirty_pages* wbt_wait* rq_qos_wait* ioc_rqos_throttle* iolatency* blkcg_maybe_throttle_current* blk_throtl*',
    ),
    kind: 'io limit',
    class: 'disk',
    words: 'I/O throttle',
  },
  {
    functions: list(
      'jbd2_log_wait_commit* jbd2_complete_transaction* wait_transaction_locked* add_transaction_credits* start_this_handle* __jbd2_log_wait_for_space* xlog_* xfs_log_* btrfs_wait_for_commit* btrfs_commit_transaction* wait_for_commit*',
    ),
    kind: 'disk',
    class: 'filesystem',
    words: 'journal commit',
  },
  { functions: list('blkdev_issue_flush*'), kind: 'disk', class: 'disk', words: 'device flush' },
  {
    functions: list(
      'folio_wait_writeback* wait_on_page_writeback* __filemap_fdatawait_range* wb_wait_for_completion* sync_inodes_sb*',
    ),
    kind: 'disk',
    class: 'disk',
    words: 'writeback',
  },
  {
    functions: list('blk_mq_get_tag* __bio_queue_enter* blk_queue_enter*'),
    kind: 'disk',
    class: 'disk',
    words: 'room in the disk queue',
  },
  {
    functions: list(
      'rwsem_down_read_slowpath* rwsem_down_write_slowpath* mutex_lock* __mutex_lock* __down_* __down down_read* down_write* percpu_rwsem_wait* __percpu_down_read* rt_mutex_slowlock* rt_mutex_schedule*',
    ),
    kind: 'kernel lock',
    class: 'lock',
    words: 'kernel lock',
  },
  { functions: list('wait_for_vfork_done*'), kind: 'child', class: 'child', words: 'child of vfork' },
  {
    functions: list('folio_wait_bit* folio_lock* __folio_lock* filemap_* wait_on_page*'),
    kind: 'disk',
    class: 'disk',
    words: 'page',
  },
  {
    functions: list(
      '__wait_on_buffer* bit_wait_io* out_of_line_wait_on_bit* submit_bio_wait* blk_execute_rq* io_schedule* iomap_dio* __iomap_dio_rw* blkdev_direct_IO* dio_await_completion* blkdev_* sync_buffer*',
    ),
    kind: 'disk',
    class: 'disk',
    words: 'disk',
  },
  // the journal's own thread; what it waits with is left out of a stack that another one reads
  { functions: list('jbd2_journal_commit_transaction*'), kind: 'disk', class: 'disk', words: 'journal being written' },
  {
    functions: list(
      'synchronize_rcu* synchronize_srcu* __wait_rcu_gp* rcu_barrier* wait_rcu_exp_gp* synchronize_rcu_expedited*',
    ),
    kind: 'other',
    class: 'other',
    words: 'RCU',
  },
  {
    functions: list('flush_work* __flush_work* flush_workqueue* __flush_workqueue* cancel_work_sync*'),
    kind: 'other',
    class: 'other',
    words: 'work of the kernel',
  },
  {
    functions: list('cgroup_freez* do_freezer_trap* __refrigerator* get_signal*'),
    kind: 'other',
    class: 'stopped',
    words: 'freezer',
  },
]

/** Functions that only say that somebody waits, or for which lock. */
const PLUMBING =
  /^(__?schedule|schedule(_\w+)?|io_schedule(_\w+)?|preempt_schedule\w*|rwsem_down_\w+|__mutex_lock\w*|mutex_lock\w*|down_(read|write)\w*|__down\w*|percpu_\w+|__percpu_\w+|rt_mutex_\w+|__rt_mutex\w*|bpf_\w+|context_switch|wait_for_completion\w*|__wait_for_common)(\..*)?$/

const RULES = STACK_RULES.map((rule) => ({ rule, fits: globOf(rule.functions.join('|')) }))

/** The rule that the stack meets (innermost frame first), and the function that began to wait. */
export const stackRule = (names: readonly string[]): { rule?: StackRule; from?: string } => {
  const from = names.find((name) => !PLUMBING.test(name))
  for (const { rule, fits } of RULES) if (names.some(fits)) return { rule, from }
  return { from }
}
