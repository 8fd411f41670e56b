// What a process is said to be blocked in, of all that it was blocked in.
import test from 'ava'
import { blockedIn, quotaText, topCall } from '../../src/panels/offcpu.ts'
import type { BlockedCall } from '../../src/stream/sched.ts'

const call = (name: string, state: 'S' | 'D', ms: number): BlockedCall =>
  ({ call: name, state, ns: ms * 1e6, count: 1 }) as BlockedCall
const text = (proc: Partial<Parameters<typeof blockedIn>[0]>, mode?: string) => {
  const found = blockedIn({ calls: [], ...proc } as never, mode)
  return found && `${found.text} ${found.ns / 1e6}`
}

test('an uninterruptible call says more than any other, and that more than one it idles in', (t) => {
  const calls = [call('epoll_wait', 'S', 900), call('futex', 'S', 50), call('read', 'D', 1)]
  t.is(text({ calls }), 'read (D) 1')
  t.is(text({ calls: calls.slice(0, 2) }), 'futex 50')
  t.is(text({ calls: calls.slice(0, 1) }), 'epoll_wait 900')
  t.is(text({ calls: [call('futex', 'S', 50), call('read', 'S', 60)] }), 'read 60')
  t.is(text({}), undefined)
})

test('of one state only its calls', (t) => {
  const calls = [call('futex', 'S', 50), call('read', 'D', 1)]
  t.is(text({ calls }, 'S'), 'futex 50')
  t.is(text({ calls }, 'D'), 'read (D) 1')
  t.is(text({ calls, preemptedNs: 90e6 }, 'S'), 'futex 50')
  t.is(text({ calls }, 'preempted'), undefined)
  t.is(topCall({ calls }, 'held'), undefined)
})

test('being held is told where it is more than the calls', (t) => {
  const calls = [call('futex', 'S', 50)]
  t.is(text({ calls, preemptedNs: 20e6 }), 'preempted 20')
  t.is(text({ calls, preemptedNs: 9e6 }), 'futex 50', 'whoever uses a CPU is taken off it now and then')
  t.is(text({ calls, preemptedNs: 10e6 }), 'preempted 10')
  t.is(text({ preemptedNs: 1e6 }, 'preempted'), 'preempted 1')
  t.is(text({ calls, throttledNs: 1e6, preemptedNs: 20e6 }), 'preempted 20')
  t.is(text({ calls, throttledNs: 1e6 }), 'CPU quota 1')
  t.is(text({ throttledNs: 1e6, stoppedNs: 5e6 }, 'held'), 'stopped 5')
  t.is(text({ throttledNs: 1e6, stoppedNs: 5e6 }, 'throttled'), 'CPU quota 1')
  t.is(text({ stoppedNs: 5e6, tracedNs: 6e6, frozenNs: 4e6 }), 'traced 6')
  t.is(text({ calls: [call('read', 'D', 1)], throttledNs: 2e6 }), 'CPU quota 2')
  t.is(text({ calls: [call('read', 'D', 1)], stoppedNs: 900e6 }), 'read (D) 1')
})

test('what holds its I/O says more than the call, where that is most of it', (t) => {
  const proc = (ms: number) => ({ calls: [call('read', 'D', 10)], heldIo: { by: 'throttle', ns: ms * 1e6 } }) as never
  t.not(text(proc(6)), 'read (D) 10')
  t.is(text(proc(5)), 'read (D) 10')
})

test('a quota in words', (t) => {
  const quota = { cgroup: '/batch', cpus: 0.2, periods: 10, throttledPeriods: 9, throttledNs: 1 }
  t.is(quotaText(quota), 'CPU quota of /batch, 0.2 CPUs: used up in 9 of 10 periods')
  t.is(quotaText({ ...quota, cpus: 1 }), 'CPU quota of /batch, 1 CPU: used up in 9 of 10 periods')
})
