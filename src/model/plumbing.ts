// Functions of the kernel that say nothing of what a thread does: on the way in and out of it, and of the scheduler. Left
// out of pictures of stacks unless asked for, never out of what is counted, exported or narrowed to.
import type { PathFrame } from './stack-paths.ts'

/** Without what compilers add (.isra.0, .constprop.0, .cold). */
const PLUMBING = new Set([
  // into the kernel and out of it
  'entry_SYSCALL_64',
  'entry_SYSCALL_64_after_hwframe',
  'entry_SYSCALL_64_safe_stack',
  'do_syscall_64',
  'x64_sys_call',
  'syscall_exit_to_user_mode',
  'exit_to_user_mode_prepare',
  'exit_to_user_mode_loop',
  'irqentry_exit_to_user_mode',
  'el0t_64_sync',
  'el0t_64_sync_handler',
  'el0_svc',
  'do_el0_svc',
  'el0_svc_common',
  'invoke_syscall',
  'asm_exc_page_fault',
  'exc_page_fault',
  'do_user_addr_fault',
  // where threads of the kernel begin
  'ret_from_fork',
  'ret_from_fork_asm',
  'kthread',
  // the scheduler
  '__schedule',
  '__schedule_loop',
  'schedule',
  'schedule_idle',
  'schedule_timeout',
  'schedule_timeout_interruptible',
  'schedule_timeout_uninterruptible',
  'schedule_hrtimeout',
  'schedule_hrtimeout_range',
  'schedule_hrtimeout_range_clock',
  'schedule_preempt_disabled',
  'io_schedule',
  'io_schedule_timeout',
  'io_schedule_prepare',
  'preempt_schedule',
  'preempt_schedule_common',
  'preempt_schedule_irq',
  'preempt_schedule_notrace',
  '__cond_resched',
  'dynamic_cond_resched',
  '__switch_to',
  'context_switch',
  'finish_task_switch',
  // around futex_wait
  'do_futex',
  '__futex_wait',
  'futex_do_wait',
  'futex_wait_queue',
  'futex_wait_queue_me',
])

export const isPlumbing = ({ kind, name }: Pick<PathFrame, 'kind' | 'name'>): boolean =>
  kind === 'kernel' && PLUMBING.has(name.includes('.') ? name.slice(0, name.indexOf('.')) : name)
