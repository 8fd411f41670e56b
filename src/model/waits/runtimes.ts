// What runtimes wait for by condition variables and semaphores of their own, told by the functions that a thread is in: a
// monitor of Java, work for a pool. Data, and the rule that fits. Pure.
import type { TimeClass } from '../../stream/time-classes.ts'
import type { Link, LinkKind } from './wait-types.ts'

interface RuntimeRule {
  /** Of a function in the thread's stack. */
  function?: RegExp
  /** Of the one that waits, without those that do so for anybody. */
  first?: RegExp
  words: string
  class: TimeClass
}

/** The first that fits: what is said of a runtime's own functions comes before those that they use. */
const RUNTIME_RULES: readonly RuntimeRule[] = [
  // Java (HotSpot)
  { function: /^ObjectMonitor::(enter|EnterI|ReenterI)\b/, words: 'Java monitor (synchronized)', class: 'lock' },
  { function: /^ObjectMonitor::wait\b/, words: "notify() of Java's Object.wait()", class: 'event' },
  { function: /^Unsafe_Park\b/, words: "unpark() of Java's LockSupport.park()", class: 'event' },
  { function: /^(JVM_Sleep|JavaThread::sleep)\b/, words: 'Thread.sleep() of Java', class: 'timer' },
  { first: /^CompileQueue::get\b/, words: "work for Java's compiler", class: 'idle' },
  { first: /^(WorkerThread::run|GangWorker::(run|loop))\b/, words: "work for Java's collector", class: 'idle' },
  { first: /^VMThread::wait_for_(vm_)?operations?\b/, words: "work for Java's VM thread", class: 'idle' },
  {
    first:
      /^(WatcherThread::sleep|NMethodSweeper::sweeper_loop|MonitorDeflationThread::\w+|ServiceThread::\w+|NotificationThread::\w+|G1ConcurrentMarkThread::run_service|G1ConcurrentRefineThread::run_service|G1ServiceThread::sleep_before_next_cycle|JVM_WaitForReferencePendingList|os::signal_wait)\b/,
    words: "work for Java's own threads",
    class: 'idle',
  },
  // Go
  { function: /^runtime\.lock2\b/, words: "lock of Go's runtime", class: 'lock' },
  { function: /^runtime\.(stopm|findRunnable|mPark)\b/, words: 'a goroutine that can run', class: 'idle' },
  // node: libuv and V8
  {
    function: /\bFutexEmulation::Wait|\bBuiltin_AtomicsWait\b/,
    words: 'Atomics.notify() of JavaScript',
    class: 'event',
  },
  { first: /^node::.*PlatformWorkerThread\b|^node::.*\bBlockingPop\b/, words: 'work for V8', class: 'idle' },
  { function: /^uv_cond_wait$/, words: 'work for libuv', class: 'event' },
]

/** Waits that the kernel only sees as futexes without an owner. */
const KINDS = new Set<LinkKind>(['condition', 'semaphore', 'barrier', 'futex', 'mutex'])

const BY_FUNCTION = 'function of the thread: '

export const isOfRuntime = ({ kind, holders, source }: Link): boolean =>
  KINDS.has(kind) && holders.length === 0 && !source.startsWith(BY_FUNCTION)

/** Functions that wait for whatever others want. */
const PLUMBING =
  /^(_+futex_|_*(GI_)?_*pthread_cond_|_*(new_)?sem_wait|do_futex_wait|uv_cond_|uv_sem_|os::Platform|Platform(Monitor|Event)::|Monitor::wait|PosixSemaphore::|std::condition_variable::)/

/** The link as the thread's functions (innermost first) tell it; the same where they do not. */
export const linkByFunctions = (link: Link, functions: readonly string[]): Link => {
  const waits = functions.find((each) => !PLUMBING.test(each))
  for (const rule of RUNTIME_RULES) {
    const name = rule.first
      ? waits && rule.first.test(waits) && waits
      : functions.find((each) => rule.function?.test(each))
    if (name)
      return {
        ...link,
        what: `${rule.words}, ${link.what}`,
        class: rule.class,
        sure: 'likely',
        source: `${BY_FUNCTION}${name}`,
      }
  }
  return link
}
