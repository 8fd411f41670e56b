// What is found at some instants as time: by state, and by call.
import test from 'ava'
import { statesIn } from '../../../../src/engine/native/states.ts'
import { foundTimes } from '../../../../src/engine/probes/sched/blocked.ts'
import { typesOf } from '../../../helpers/types.ts'

const types = typesOf('sched_sampled')
const states = statesIn(types)
const timesOf = foundTimes(types)

const what = (state: number, call: number): number => state * 2 ** 32 + call
const USED = 0x80000000
const READ = USED | 0
const FSYNC = USED | 74
const key = (call: number): number => call >>> 0

test('each thread found at a look stands for its part of the interval', (t) => {
  const times = timesOf(
    new Map([
      [what(states.sleep, key(READ)), 6],
      [what(states.disk, key(FSYNC)), 2],
      [what(states.preempted, 0), 3],
      [what(states.throttled, 0), 1],
    ]),
    1e8,
  )
  t.like(times, { sleepNs: 6e8, uninterruptibleNs: 2e8, preemptedNs: 3e8, throttledNs: 1e8 })
  t.is(times.stoppedNs, undefined)
  t.deepEqual(times.calls, [
    { call: 'read', state: 'S', ns: 6e8 },
    { call: 'fsync', state: 'D', ns: 2e8 },
  ])
})

test('of many calls those with little time are one', (t) => {
  const found = new Map(Array.from({ length: 12 }, (_, i) => [what(states.sleep, key(USED | i)), 20 - i]))
  const { calls, sleepNs } = timesOf(found, 1e6)
  t.is(calls.length, 9)
  t.deepEqual(calls.at(-1), { call: 'other', state: 'S', ns: (12 + 11 + 10 + 9) * 1e6 })
  t.is(
    calls.reduce((sum, { ns }) => sum + ns, 0),
    sleepNs!,
  )
})
