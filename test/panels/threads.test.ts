// Threads of what is selected, made up by hand: their sums, and a letter for what each did in each interval.
import test from 'ava'
import { emptyHist } from '../../src/model/base/histogram.ts'
import { schedTables } from '../../src/model/sched-tables.ts'
import { NO_RULES, type ClassRule } from '../../src/model/waits/class-rules.ts'
import { statesOf, threads } from '../../src/panels/threads.ts'
import type { SchedThread } from '../../src/stream/sched-types.ts'
import type { Sample } from '../../src/stream/stream-types.ts'

const HISTS = { runq: emptyHist(), sleep: emptyHist(), disk: emptyHist(), preempted: emptyHist() }
const thread = (tid: number, more: Partial<SchedThread> = {}): SchedThread => ({
  ...{ pid: 7, tid, comm: `t${tid}`, switches: 0, waits: 0, waitNs: 0, waitMaxNs: 0, onCpuNs: 0 },
  ...{ sleepNs: 0, uninterruptibleNs: 0, preemptedNs: 0, calls: [] },
  ...more,
})
const sampleOf = (atMs: number, of: SchedThread[] | undefined, intervalMs = 1000): Sample<'sched'> => ({
  ...{ type: 'sample', probe: 'sched', atMs, intervalMs, lost: 0 },
  data: schedTables({
    ...HISTS,
    procs: [],
    ...(of && { target: { of: { is: 'process', pid: 7 }, ...HISTS, threads: of } }),
  }),
})
const cells = (more: Partial<SchedThread>, tid = 8): Record<string, unknown> => {
  const [row] = threads.rows([sampleOf(2000, [thread(tid, more)], 2000)], 'all', true)
  return Object.fromEntries(threads.columns('all', true).map(({ id }, i) => [id, row!.cells[i]]))
}

test('each figure in its place, per time passed', (t) => {
  const sums = {
    switches: 6,
    waits: 3,
    waitNs: 2e8,
    waitMaxNs: 5e7,
    onCpuNs: 1e9,
    sleepNs: 4e8,
    uninterruptibleNs: 3e8,
  }
  const rare = { preemptedNs: 1e8, throttledNs: 6e7, stoppedNs: 2e7, tracedNs: 2e7, frozenNs: 4e7 }
  const calls = [{ call: 'fsync', state: 'D' as const, ns: 3e8 }]
  t.deepEqual(cells({ ...sums, ...rare, calls }), {
    ...{ tid: 8, pid: 7, command: 't8', cpu: 50, wait: 10, max: 5e7, disk: 15, preempted: 5, throttled: 3, held: 4 },
    ...{ sleep: 20, switches: 3, call: 'fsync (D)', states: 'r' },
  })
  t.like(cells({ waitMaxNs: 5, waits: 0 }), { max: undefined, throttled: 0, held: 0, call: undefined, states: ' ' })
  t.is(cells({}, 0)['tid'], undefined, 'several in one row')
})

test('a row leads to its thread, several in one to nothing', (t) => {
  const rows = threads.rows([sampleOf(1000, [thread(0), thread(9)])], 'all', true)
  t.deepEqual(
    rows.map(({ about }) => about),
    [undefined, { is: 'thread', pid: 7, tid: 9, comm: 't9' }],
  )
})

test('how many there are, and what they do together', (t) => {
  const of = [
    thread(8, { onCpuNs: 3e8, uninterruptibleNs: 1e8 }),
    thread(9, { onCpuNs: 5e8, preemptedNs: 2e8, throttledNs: 1e8 }),
  ]
  const stats = (sample: Sample<'sched'>) => threads.stats(sample, 'all').map(({ value }) => value)
  t.deepEqual(stats(sampleOf(1000, of)), [2, 80, 40])
  t.deepEqual(stats(sampleOf(1000, undefined)), [0, 0, 0])
  t.is(threads.notes(sampleOf(1000, undefined), 'all').length, 1)
  t.deepEqual(threads.notes(sampleOf(1000, of), 'all'), [])
})

const state = (more: Partial<SchedThread>): string => statesOf([sampleOf(1000, [thread(8, more)])]).get(8)!
const timer = (ns: number) => ({ sleepNs: ns, calls: [{ call: 'nanosleep', state: 'S' as const, ns }] })

test('what it did of what is no rest, from a twentieth on; a capital from half on', (t) => {
  t.is(state({}), ' ')
  t.is(state({ onCpuNs: 1e9 }), 'R')
  t.is(state({ onCpuNs: 5e8, ...timer(5e8) }), 'R')
  t.is(state({ onCpuNs: 4.99e8, ...timer(5.01e8) }), 'r')
  t.is(state({ onCpuNs: 5e7, ...timer(9.5e8) }), 'r')
  t.is(state({ onCpuNs: 4.9e7, ...timer(9.51e8) }), 'Z')
  t.is(state({ onCpuNs: 1e8, waitNs: 2e8, ...timer(7e8) }), 'w')
  t.is(state({ onCpuNs: 2e8, waitNs: 2e8, ...timer(6e8) }), 'r', 'of two that are as much the first')
})

test('a letter an interval: a blank where it was not seen, a dot where nobody looked', (t) => {
  const ran = (tid: number) => thread(tid, { onCpuNs: 1e9 })
  const samples = [
    sampleOf(1000, [ran(8)]),
    sampleOf(2000, [ran(8), ran(9)]),
    // the third is missing
    sampleOf(4000, [ran(9)]),
    sampleOf(5000, undefined),
    sampleOf(6000, [ran(10)]),
  ]
  const states = Object.fromEntries(statesOf(samples))
  t.deepEqual(states, { 8: 'R·   ', 9: 'R·R  ', 10: ' ·  R' })
  t.deepEqual(Object.fromEntries(statesOf(samples.slice(0, 2))), { 8: 'RR', 9: ' R' })
  t.deepEqual(statesOf([]), new Map())
})

test('a letter is of the rules it is asked by, whatever it was before', (t) => {
  const calls = [{ call: 'futex', state: 'S' as const, ns: 1e9 }]
  const samples = [sampleOf(1000, [thread(8, { sleepNs: 1e9, calls })])]
  const by = (rules: readonly ClassRule[]) => statesOf(samples, { samples: [], rules }).get(8)
  const locks = by(NO_RULES)
  t.is(by([{ text: 'futex', class: 'disk' }]), 'D')
  t.not(locks, 'D')
  t.is(by(NO_RULES), locks)
})
