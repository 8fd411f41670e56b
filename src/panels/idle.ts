// Waits that nobody minds: a process that sleeps until it is asked for something, or until it is time.
import { percentOf, stuckNs } from '../model/base/rates.ts'
import type { BlockedCall, SchedProc } from '../stream/sched-types.ts'

/** Where programs wait for work, clients, timers, signals and children; of a thread of the kernel `kernel`. What may as
 * well be a lock or a slow peer (futex, read, recvfrom) is not among them. */
const IDLE_CALLS: ReadonlySet<string> = new Set(
  [
    'poll ppoll select pselect6 _newselect epoll_wait epoll_pwait epoll_pwait2 io_getevents io_pgetevents',
    'accept accept4 nanosleep clock_nanosleep pause wait4 waitid rt_sigtimedwait rt_sigsuspend sigsuspend',
    'mq_timedreceive inotify_read restart_syscall kernel',
  ].flatMap((calls) => calls.split(' ')),
)

export const isIdleCall = ({ call, state }: Pick<BlockedCall, 'call' | 'state'>): boolean =>
  state === 'S' && IDLE_CALLS.has(call.replace(/\/32$/, ''))

/** Below that share of time it is not stuck, in percent. */
const LEAST_STUCK = 1

/** Of what comes with the program itself, by name: engine, screen and their helpers. */
const isOwn = ({ comm }: Pick<SchedProc, 'comm'>): boolean => comm.startsWith('probetop')

export const isIdle = (
  proc: Pick<SchedProc, 'comm' | 'calls' | 'uninterruptibleNs' | 'preemptedNs' | 'throttledNs' | 'heldIo'>,
  heldNs: number,
  intervalMs: number,
): boolean => {
  if (isOwn(proc)) return true
  const stuck = stuckNs(proc)
  if (stuck === undefined || percentOf(stuck, intervalMs) >= LEAST_STUCK || heldNs > 0 || proc.heldIo) return false
  return proc.calls.every(
    (call) => isIdleCall(call) || (call.state === 'D' && percentOf(call.ns, intervalMs) < LEAST_STUCK),
  )
}
