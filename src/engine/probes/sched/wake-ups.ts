// How probes/sched.bpf.c learns when threads are woken: from what the kernel notes of each in its queue, where that is enough, else
// by hooks of their own, which are two fifths of the time of its programs.
import type { ProbeContext } from '../../base/probe.ts'
import { kernelHasMember } from '../../native/btf.ts'
import type { BpfObject } from '../../native/object.ts'
import { difference } from '../../native/per-cpu.ts'

const WAKE_UPS = ['wakeup', 'wakeup_new']
/** Threads that go to another CPU before they run: of these the note is another. */
const MOVES = 'moved'

/** Before 6.18 the hooks also tell how long a group had been without quota. */
const queueTells = (): boolean =>
  kernelHasMember('task_struct', 'throttled') &&
  kernelHasMember('sched_info', 'last_queued') &&
  kernelHasMember('sched_entity', 'sched_delayed')

/** Of all waits: notes that cannot be. Of CPUs with clocks of their own there are more. */
const MOST_ODD = 0.001

interface WakeUps {
  /** At the end of an interval: of notes so far that cannot be, and waits in it. */
  check(odd: number, waits: number): void
}

/** Attaches all. `tell` writes a number to what the programs are told. */
export const openWakeUps = (
  object: BpfObject,
  tell: (offset: number, value: number) => void,
  log: ProbeContext['log'],
): WakeUps => {
  const { byQueue } = object.layout('config', { byQueue: 'by_queue' })
  const hooks = [...object.programFds().keys()].filter((name) => !object.isIterator(name))
  const without = (left: readonly string[]): string[] => hooks.filter((name) => !left.includes(name))
  let isByQueue = queueTells()
  tell(byQueue, Number(isByQueue))
  object.attach(without(isByQueue ? WAKE_UPS : [MOVES]))
  const oddSince = difference()

  return {
    check(all, waits) {
      const odd = oddSince(all)
      if (!isByQueue || odd <= 1 + MOST_ODD * waits) return
      isByQueue = false
      object.attach(WAKE_UPS)
      tell(byQueue, 0)
      object.detach([MOVES])
      log('warn', `the clocks of this machine's CPUs differ (${odd} of ${waits} waits): wake-ups are hooked`)
    },
  }
}
