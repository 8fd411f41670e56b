// What a process is said to be blocked in, of all that it was blocked in.
import test from 'ava'
import { emptyHist } from '../../src/model/base/histogram.ts'
import { schedTables } from '../../src/model/sched-tables.ts'
import { blockedIn, offcpu, quotaText, topCall } from '../../src/panels/offcpu.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import type { BlockedCall, SchedData, SchedProc } from '../../src/stream/sched-types.ts'

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

test('how much each says: a nanosecond uninterruptible as a millisecond of sleep, or a second of idling', (t) => {
  const ns = (name: string, state: 'S' | 'D', count: number): BlockedCall => ({ call: name, state, ns: count })
  const held = (field: string, count: number) => ({ [field]: count })
  // of two that say as much the first is told, and a call before what holds
  const equal = [ns('read', 'D', 1), ns('futex', 'S', 1e6), ns('poll', 'S', 1e9)]
  for (const calls of [equal, [...equal].reverse()]) t.is(topCall({ calls }), calls[0])
  const says = (calls: BlockedCall[], more: object) => blockedIn({ calls, ...more } as never)!.text
  for (const [field, text, count, mode] of [
    ['throttledNs', 'CPU quota', 1, 1e6],
    ['stoppedNs', 'stopped', 1, 1e3],
    ['tracedNs', 'traced', 1, 1e3],
    ['frozenNs', 'frozen', 1, 1e3],
    ['preemptedNs', 'preempted', 10e6, 10e12],
  ] as const) {
    t.is(says([ns('futex', 'S', mode)], held(field, count)), 'futex', field)
    t.is(says([ns('futex', 'S', mode - 1)], held(field, count)), text)
  }
})

const sched = (data: Partial<SchedData>): Sample<'sched'> => {
  const hist = emptyHist()
  const hists = { runq: hist, sleep: hist, disk: hist, preempted: hist }
  return {
    ...{ type: 'sample', probe: 'sched', atMs: 1, intervalMs: 2000, lost: 0 },
    data: schedTables({ ...hists, procs: [], ...data }),
  }
}
const cells = (more: Partial<SchedProc>): Record<string, unknown> => {
  const sums = { pid: 7, comm: 'x', threads: 3, switches: 1, waits: 1, waitNs: 4e8, onCpuNs: 1e9, calls: [] }
  const [row] = offcpu.rows([sched({ procs: [{ ...sums, ...more }] })], 'all', true)
  return Object.fromEntries(offcpu.columns('all', true).map(({ id }, i) => [id, row!.cells[i]]))
}

test('blocked is all but running and waiting for a CPU: by the states, or what is left of the time of its threads', (t) => {
  const followed = { sleepNs: 2e9, uninterruptibleNs: 4e8, preemptedNs: 2e8, throttledNs: 6e8, frozenNs: 8e8 }
  t.like(cells(followed), {
    ...{ stuck: 60, disk: 20, preempted: 10, throttled: 30, held: 40, sleep: 100, blocked: 190 },
    ...{ cpu: 50, threads: 3, call: 'CPU quota', callTime: 30 },
  })
  t.is(cells({ sleepNs: 2e9 })['blocked'], 100)
  t.like(cells({}), { blocked: 230, stuck: undefined, throttled: undefined, held: undefined, sleep: undefined })
  t.is(cells({ onCpuNs: 9e9 })['blocked'], 0)
})

test('the two quotas that held most are told', (t) => {
  const quotas = [1, 5, 3].map((n) => ({
    ...{ cgroup: `/${n}`, cpus: n / 3, periods: 10, throttledPeriods: n, throttledNs: n },
  }))
  t.deepEqual(offcpu.notes(sched({ quotas }), 'all'), [
    'CPU quota of /5, 1.67 CPUs: used up in 5 of 10 periods',
    'CPU quota of /3, 1 CPU: used up in 3 of 10 periods',
  ])
})

test('a quota in words', (t) => {
  const quota = { cgroup: '/batch', cpus: 0.2, periods: 10, throttledPeriods: 9, throttledNs: 1 }
  t.is(quotaText(quota), 'CPU quota of /batch, 0.2 CPUs: used up in 9 of 10 periods')
  t.is(quotaText({ ...quota, cpus: 1 }), 'CPU quota of /batch, 1 CPU: used up in 9 of 10 periods')
})
