// What getting to programs takes: what measuring gives, and whose it is.
import test from 'ava'
import { dispatchFrom, NO_DISPATCH, USUAL, withDispatch } from '../../src/engine/base/dispatch.ts'
import type { ProgramRuns } from '../../src/engine/base/probe.ts'

test('what the first program at system calls takes is the longer way and getting to it', (t) => {
  t.deepEqual(dispatchFrom({ firstNs: 130, aloneNs: 12, moreNs: 60, clockNs: 55 }), {
    callNs: 118,
    aloneNs: 12,
    moreNs: 60,
    clockNs: 55,
  })
})

test('what was not measured is as usual, and what cannot be is the nearest that can', (t) => {
  t.deepEqual(dispatchFrom({}), USUAL)
  t.deepEqual(dispatchFrom({ firstNs: NaN, aloneNs: Infinity, moreNs: NaN, clockNs: -Infinity }), USUAL)
  t.deepEqual(dispatchFrom({ firstNs: 50, aloneNs: -20, moreNs: -1, clockNs: -3 }), { ...NO_DISPATCH, callNs: 50 })
  t.is(dispatchFrom({ firstNs: 10, aloneNs: 40 }).callNs, 0, "another's is at system calls already")
  t.deepEqual(dispatchFrom({ firstNs: 1e9, aloneNs: 1e9, moreNs: 1e9, clockNs: 1e9 }), {
    callNs: 1000,
    aloneNs: 60,
    moreNs: 120,
    clockNs: 150,
  })
})

const DISPATCH = { callNs: 100, aloneNs: 10, moreNs: 50, clockNs: 20 }
let nextId = 0
const program = (hook: string | undefined, runs: number, more: Partial<ProgramRuns> = {}): ProgramRuns => ({
  ...{ id: nextId++, iterator: false, detail: false, hook, runs, ns: runs * 200 },
  ...more,
})
const taken = (...programs: ProgramRuns[]): number[] =>
  withDispatch(programs, DISPATCH).map(({ dispatchNs }) => dispatchNs!)

test('the first at a hook is alone there, the others are more', (t) => {
  t.deepEqual(
    taken(program('sched_switch', 100), program('block_rq_issue', 7), program('sched_switch', 90)),
    [1000, 70, 4500],
  )
  t.deepEqual(taken(program('sched_switch', 20), program('sched_switch', 100)), [200, 20 * 50 + 80 * 10], 'in windows')
})

test('a system call goes the longer way once, however many programs are at its ends', (t) => {
  t.deepEqual(
    taken(program('sys_enter', 100), program('sys_enter', 100), program('sys_exit', 100)),
    [11_000, 5000, 1000],
  )
  t.deepEqual(taken(program('sys_enter', 20), program('sys_exit', 100)), [2200, 1000 + 80 * 100], 'in windows')
})

test('what another process loaded is one of several; iterators are at no hook', (t) => {
  t.deepEqual(
    taken(program(undefined, 10), program(undefined, 10), program('task', 10, { iterator: true })),
    [500, 500, 0],
  )
})

test('the time is without the clock, and never less than getting there takes', (t) => {
  const [long, short] = withDispatch([program('a', 10), program('b', 10, { ns: 30 })], DISPATCH)
  t.is(long!.ns, 10 * (200 - 20 + 10))
  t.is(short!.ns, 100)
  t.like(withDispatch([program('a', 10)], NO_DISPATCH)[0], { ns: 2000, dispatchNs: 0 })
})
