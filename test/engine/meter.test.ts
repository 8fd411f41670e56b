// What ran since a mark, with the hooks' own dispatch; and when that is measured.
import test from 'ava'
import type { ProgramRuns } from '../../src/engine/base/probe.ts'
import { createMeter } from '../../src/engine/meter.ts'

const DISPATCH = { callNs: 100, aloneNs: 10, moreNs: 50, clockNs: 20 }

const setUp = () => {
  const programs: Record<'sched' | 'syscalls', ProgramRuns[]> = { sched: [], syscalls: [] }
  const done: string[] = []
  const meter = createMeter({
    probes: (['sched', 'syscalls'] as const).map((id) => ({
      id,
      work: () => ({
        source: 'CO-RE',
        programs: () => programs[id].map((each) => ({ ...each })),
        fullest: () => undefined,
      }),
    })),
    statistics() {
      done.push('on')
      return () => void done.push('off')
    },
    dispatch: {
      measureFirst: () => void done.push('first'),
      measureOthers: () => void done.push('others'),
      measureClock: () => void done.push('clock'),
      now: () => DISPATCH,
    },
    steadyMs: () => 0,
  })
  return { meter, programs, done }
}

test('of each probe; what is there for detail comes after the others at the same hook', (t) => {
  const { meter, programs } = setUp()
  const one = { iterator: false, runs: 50, ns: 5000 }
  programs.sched = [{ ...one, id: 1, hook: 'sys_exit', detail: true }]
  programs.syscalls = [
    { ...one, id: 2, hook: 'sys_enter', detail: true },
    { ...one, id: 3, hook: 'sys_enter', detail: false },
    { ...one, id: 4, hook: 'task', iterator: true, detail: false },
  ]
  meter.hold('screen')
  const mark = meter.mark()
  for (const each of [...programs.sched, ...programs.syscalls]) Object.assign(each, { runs: 150, ns: 25_000 })
  const [sched, syscalls] = meter.costs(mark).probes
  t.like(sched, { runs: 100, runNs: 18_000 + 1000, dispatchNs: 1000 })
  t.like(syscalls, { runs: 300, dispatchNs: 5000 + 11_000, hookNs: 2 * 18_000 + 16_000 })
  t.is(syscalls!.runNs, 3 * 18_000 + 16_000)
  t.is(meter.since(mark).byProbe.get('syscalls')![1]!.ns, 18_000 + 11_000)
})

test('the rest is measured around statistics, each time they begin', (t) => {
  const { meter, done } = setUp()
  meter.hold('guard')
  meter.hold('screen')
  t.deepEqual(done, ['others', 'on', 'clock'])
})

test('the first at system calls is measured once, and only while none of ours is there', (t) => {
  const early = setUp()
  early.meter.measureDispatch()
  early.meter.measureDispatch()
  t.deepEqual(early.done, ['first', 'on', 'clock', 'off'])
  const late = setUp()
  late.programs.syscalls = [{ id: 1, hook: 'sys_enter', iterator: false, detail: false, runs: 0, ns: 0 }]
  late.meter.measureDispatch()
  late.programs.syscalls = []
  late.meter.measureDispatch()
  t.deepEqual(late.done, [], 'with the next it may be an interval of both')
})
