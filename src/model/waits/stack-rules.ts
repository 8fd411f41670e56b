// What functions of the kernel in a stack say of a wait: rules, all of it data, in the order in which they are tried.
import { list } from './classes.ts'
import type { TimeClass } from '../../stream/time-classes.ts'
import { globOf } from './glob.ts'

/** What a function of the kernel in the stack of an uninterruptible thread means; the first that is in it counts, from the
 * innermost frame out. `words` stands where there is no file. */
export interface StackRule {
  /** `*` stands for anything. */
  functions: readonly string[]
  /** Of the one that began to wait, where that has to fit as well. */
  from?: readonly string[]
  kind: 'memory' | 'disk' | 'remote file' | 'kernel lock' | 'io limit' | 'child' | 'pipe' | 'other'
  class: TimeClass
  words: string
  /** A limit of a control group on I/O may be what holds it: how likely, where the group's I/O is held by one. */
  limited?: 'likely' | 'possible'
  /** It is for the limit on memory of the thread's control group, or of one above. */
  isForGroup?: true
}

/** What holds I/O back before a disk has it. */
const LIMITS = [
  ['wbt_wait*', 'writeback throttle'],
  ['blkcg_iolatency_throttle* iolatency*', 'I/O latency limit'],
  ['ioc_rqos_throttle* iocg_*', 'I/O cost limit'],
  ['balance_dirty_pages*', 'dirty page limit'],
  ['blkcg_maybe_throttle_current*', 'I/O debt'],
  ['rq_qos_wait* blk_throtl*', 'I/O limit'],
] as const

export const SWAP_IN = 'swap-in'

export const STACK_RULES: readonly StackRule[] = [
  {
    functions: list('try_to_free_mem_cgroup_pages* mem_cgroup_handle_over_high*'),
    kind: 'memory',
    class: 'memory',
    words: 'memory reclaim for the limit of its group',
    isForGroup: true,
  },
  {
    functions: list('try_to_free_pages* throttle_direct_reclaim* shrink_node* do_try_to_free_pages* reclaim_throttle*'),
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
    isForGroup: true,
  },
  // whoever is to bring a page back may first have to free one
  {
    functions: list(
      'do_swap_page* swap_read_folio* swapin_readahead* swap_cluster_readahead* swap_readpage* swap_vma_readahead*',
    ),
    kind: 'memory',
    class: 'memory',
    words: SWAP_IN,
    limited: 'likely',
  },
  {
    functions: list('rpc_wait_bit_killable* nfs_* nfs4_* __rpc_execute*'),
    kind: 'remote file',
    class: 'network',
    words: 'NFS server',
  },
  { functions: list('request_wait_answer* fuse_*'), kind: 'remote file', class: 'local', words: 'FUSE server' },
  { functions: list('cifs_* smb2_* wait_for_response*'), kind: 'remote file', class: 'network', words: 'SMB server' },
  ...LIMITS.map(([functions, words]): StackRule => ({
    functions: list(functions),
    kind: 'io limit',
    class: 'disk',
    words,
  })),
  {
    functions: list(
      'jbd2_log_wait_commit* jbd2_complete_transaction* wait_transaction_locked* add_transaction_credits* start_this_handle* __jbd2_log_wait_for_space* xlog_* xfs_log_* btrfs_sync_log* wait_log_commit* btrfs_wait_for_commit* btrfs_commit_transaction* wait_for_commit*',
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
    // of version 1 it is nobody's group that writes
    limited: 'possible',
  },
  {
    functions: list('blk_mq_get_tag* __bio_queue_enter* blk_queue_enter*'),
    kind: 'disk',
    class: 'disk',
    words: 'room in the disk queue',
  },
  // as for a snapshot, by fsfreeze: whoever did it has gone
  {
    functions: list('percpu_rwsem_wait* __percpu_down_read*'),
    from: list(
      'mnt_want_write* sb_start_* *_start_write* vfs_write* vfs_iter_write* vfs_fallocate* *_page_mkwrite* io_write*',
    ),
    kind: 'disk',
    class: 'filesystem',
    words: 'frozen file system',
  },
  {
    functions: list('percpu_rwsem_wait* __percpu_down_read* percpu_down_write*'),
    kind: 'kernel lock',
    class: 'lock',
    words: 'percpu rwsem',
  },
  {
    functions: list(
      'rwsem_down_read_slowpath* rwsem_down_write_slowpath* mutex_lock* __mutex_lock* __down_* __down down_read* down_write* rt_mutex_slowlock* rt_mutex_schedule*',
    ),
    kind: 'kernel lock',
    class: 'lock',
    words: 'kernel lock',
  },
  {
    functions: list('fifo_open* wait_for_partner*'),
    kind: 'pipe',
    class: 'local',
    words: 'the other end of a FIFO to be opened',
  },
  { functions: list('wait_for_vfork_done*'), kind: 'child', class: 'child', words: 'child of vfork' },
  {
    functions: list('folio_wait_bit* folio_lock* __folio_lock* filemap_* wait_on_page*'),
    kind: 'disk',
    class: 'disk',
    words: 'locked page',
    limited: 'likely',
  },
  {
    functions: list(
      '__wait_on_buffer* bit_wait_io* out_of_line_wait_on_bit* submit_bio_wait* blk_execute_rq* io_schedule* iomap_dio* __iomap_dio_rw* blkdev_direct_IO* dio_await_completion* blkdev_* sync_buffer*',
    ),
    kind: 'disk',
    class: 'disk',
    words: 'disk',
    limited: 'likely',
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

const RULES = STACK_RULES.map((rule) => ({
  rule,
  fits: globOf(rule.functions.join('|')),
  begins: rule.from && globOf(rule.from.join('|')),
}))

/** The rule that the stack meets (innermost frame first), and the function that began to wait. */
export const stackRule = (names: readonly string[]): { rule?: StackRule; from?: string } => {
  const from = names.find((name) => !PLUMBING.test(name))
  for (const { rule, fits, begins } of RULES)
    if (names.some(fits) && (!begins || (from !== undefined && begins(from)))) return { rule, from }
  return { from }
}
