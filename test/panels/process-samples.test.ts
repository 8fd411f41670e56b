// One process in the samples of all probes, made up by hand: what is of which interval, and what is of another process.
import test from 'ava'
import { blockTables } from '../../src/model/block.ts'
import { emptyHist } from '../../src/model/base/histogram.ts'
import { schedTables } from '../../src/model/sched-tables.ts'
import { syscallTables } from '../../src/model/syscalls.ts'
import { viewOf, type View } from '../../src/model/view.ts'
import { nextOfName, processFacts, processKey, processRow } from '../../src/panels/process-samples.ts'
import type { SchedData, SchedProc } from '../../src/stream/sched-types.ts'
import type { BlockProc } from '../../src/stream/specs/block.ts'
import { SCHED } from '../../src/stream/specs/sched.ts'
import { TCP, type TcpListener, type TcpSession } from '../../src/stream/specs/tcp.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { directoryStore } from '../helpers/directory.ts'
import { execTables } from '../helpers/exec.ts'
import { tcpTables } from '../helpers/tcp.ts'

const hist = (count: number) => ({ slots: [8, count], count, sumNs: count, maxNs: 1 })
const HISTS = { runq: emptyHist(), sleep: emptyHist(), disk: emptyHist(), preempted: emptyHist() }
const proc = (pid: number, more: Partial<SchedProc> = {}): SchedProc => ({
  ...{ pid, comm: `p${pid}`, threads: 1, switches: 1, waits: 1, waitNs: 1, onCpuNs: pid, calls: [] },
  ...more,
})
const sched = (procs: SchedProc[], more: Partial<SchedData> = {}) => schedTables({ ...HISTS, procs, ...more })
const blank = <T>(fields: readonly { id: string }[]): T => Object.fromEntries(fields.map(({ id }) => [id, null])) as T
const blockProc = (pid: number, readBytes: number) => ({ pid, comm: 'x', readBytes }) as BlockProc
const session = (pid: number): TcpSession => ({ ...blank<TcpSession>(TCP.tables.sessions), id: String(pid), pid })
const listener = (pid: number): TcpListener => ({ ...blank<TcpListener>(TCP.tables.listeners), localPort: pid, pid })

/** Of each probe its samples, oldest first: intervals of 1, 2, ... seconds. */
const view = (given: Partial<Record<ProbeId, TablesData[]>>): View => {
  const samples = (probe: ProbeId, count: number) =>
    (given[probe] ?? []).map((data, i) => ({ atMs: 1000 * (i + 1), intervalMs: 1000 * (i + 1), data })).slice(-count)
  const made = {
    samples,
    latest: (probe: ProbeId) => samples(probe, 1)[0],
    directory: () => viewOf(directoryStore([{ pid: 7, comm: 'known' }])).directory(),
  }
  return { ...made, whole: made } as unknown as View
}
const factsOf = (given: Partial<Record<ProbeId, TablesData[]>>, depth = 10) =>
  processFacts(view(given), { pid: 7 }, depth)

test('a row is known by its number and start, what is no process by its name', (t) => {
  t.is(processKey({ pid: 7, comm: 'x' }), '7')
  t.is(processKey({ pid: 7, startedMs: 5, comm: 'x' }), '7 5')
  t.is(processKey({ comm: 'others' }), 'others')
  t.deepEqual(processRow({ pid: 7, comm: 'x' }), { key: '7', pid: 7 })
  t.deepEqual(processRow({ pid: 7, startedMs: 5, comm: 'x' }), { key: '7 5', pid: 7, startedMs: 5 })
  t.deepEqual(processRow({ comm: 'others' }), { key: 'others' })
  t.deepEqual(processRow({ comm: 'others', startedMs: 5 }), { key: 'undefined 5', startedMs: 5 })
})

test('of each probe the last interval, and how long that was', (t) => {
  const facts = factsOf({
    sched: [1, 2, 3].map((n) => sched([proc(6), proc(7, { switches: n }), proc(8)])),
    block: [1, 2].map((n) => blockTables({ disks: [], procs: [blockProc(6, 10), blockProc(7, n)], inFlight: 0 })),
    syscalls: [1, 2, 3, 4].map((n) =>
      syscallTables({ calls: [], procs: [6, 7].map((pid) => ({ pid, comm: 'x', count: n * pid })), detail: false }),
    ),
    tcp: [tcpTables({ sessions: [6, 7, 7].map(session), listeners: [7, 6].map(listener) } as never)],
  })
  t.like(facts, { pid: 7, comm: 'p7', seenMs: 3000, intervalMs: 3000, blockMs: 2000, syscallsMs: 4000, tcpMs: 1000 })
  t.deepEqual([facts.sched!.switches, facts.block!.readBytes, facts.syscalls!.count], [3, 2, 28])
  t.deepEqual(
    [facts.sessions.map(({ id }) => id), facts.listeners.map(({ localPort }) => localPort)],
    [['7', '7'], [7]],
  )
  for (const absent of ['quota', 'hists', 'blockHist', 'ended']) t.false(absent in facts, absent)
})

test('of no probe: nothing, by the name that the directory has, in intervals of a second', (t) => {
  t.deepEqual(factsOf({}), {
    ...{ pid: 7, comm: 'known', sched: undefined, block: undefined, syscalls: undefined, sessions: [], listeners: [] },
    ...{ intervalMs: 1000, blockMs: 1000, syscallsMs: 1000, tcpMs: 1000 },
  })
  t.is(processFacts(view({}), { pid: 8 }, 10).comm, '')
  const calls = (...pids: number[]) =>
    syscallTables({ calls: [], procs: pids.map((pid) => ({ pid, comm: `called ${pid}`, count: 1 })), detail: false })
  t.is(factsOf({ syscalls: [calls(6, 7), calls(6)] }).comm, 'called 7', 'the last that any interval has')
})

test('seen last in the history shown, or before it', (t) => {
  const samples = [sched([proc(7, { switches: 5 })]), sched([proc(6)]), sched([])]
  for (const depth of [10, 1]) {
    const facts = factsOf({ sched: samples }, depth)
    t.deepEqual([facts.comm, facts.seenMs, facts.sched, facts.intervalMs], ['p7', 1000, undefined, 3000], String(depth))
  }
})

test('the quota of the group by which it was held, and histograms of it alone', (t) => {
  const quota = (cgroup: string) => ({ cgroup, cpus: 1, periods: 1, throttledPeriods: 1, throttledNs: 1 })
  const quotas = ['/a', '/b', '/c'].map(quota)
  t.is(factsOf({ sched: [sched([proc(7, { quota: '/b' })], { quotas })] }).quota!.cgroup, '/b')
  t.is(factsOf({ sched: [sched([proc(7), proc(8, { quota: '/b' })], { quotas })] }).quota, undefined)
  const target = (pid: number, more = {}) =>
    ({ target: { ...HISTS, runq: hist(9), of: { is: 'process', pid }, ...more } }) as const
  t.is(factsOf({ sched: [sched([], target(7))] }).hists!.runq.count, 9)
  t.is(factsOf({ sched: [sched([], target(8))] }).hists, undefined)
  t.is(factsOf({ sched: [sched([], target(7, { partial: true }))] }).hists, undefined)
  const disk = (pid: number) =>
    blockTables({ disks: [], procs: [], inFlight: 0, target: { of: { is: 'process', pid }, total: hist(4) } })
  t.is(factsOf({ block: [disk(8), disk(7)] }).blockHist!.count, 4)
  t.is(factsOf({ block: [disk(7), disk(8)] }).blockHist, undefined)
})

test('how it ended: by the scheduler, else by its exit, as far as either says', (t) => {
  const exit = (more: object) => [execTables([{ atMs: 1, kind: 'exit', pid: 7, ...more }])]
  const ended = (last: Partial<SchedProc>, execsnoop: TablesData[] = []) =>
    factsOf({ sched: [sched([proc(7, last)])], execsnoop }).ended
  const none = undefined
  t.is(ended({}), undefined)
  t.deepEqual(ended({ exited: true }), { exitCode: none, signal: none })
  t.deepEqual(ended({ exited: true, exitCode: 3 }), { exitCode: 3, signal: none })
  t.deepEqual(ended({ exited: true }, exit({ exitCode: 4 })), { exitCode: 4, signal: none })
  t.deepEqual(ended({ exited: true, exitCode: 0 }, exit({ exitCode: 4, signal: 9 })), { exitCode: 0, signal: 9 })
  t.deepEqual(ended({ exited: true, signal: 15 }, exit({ signal: 9 })), { exitCode: none, signal: 15 })
  t.deepEqual(ended({}, exit({})), { exitCode: none, signal: none })
  t.deepEqual(factsOf({ execsnoop: exit({ exitCode: 1, signal: null }) }).ended, { exitCode: 1, signal: none })
  t.is(factsOf({ execsnoop: exit({ pid: 8, exitCode: 1 }) }).ended, undefined)
})

test('the newest other process of the same name that lives', (t) => {
  const procs = [
    { pid: 5, comm: 'a', startedMs: 50 },
    { pid: 9, comm: 'a', startedMs: 90 },
    { pid: 8, comm: 'a' },
    { pid: 12, comm: 'b' },
  ]
  const next = (process: { pid: number; comm: string; startedMs?: number }, of = procs) =>
    nextOfName(viewOf(directoryStore(of)), process)
  t.deepEqual(next({ pid: 5, comm: 'a' }), { pid: 9, comm: 'a', startedMs: 90 })
  t.deepEqual(next({ pid: 9, comm: 'a', startedMs: 90 }), { pid: 8, comm: 'a' })
  t.deepEqual(next({ pid: 9, comm: 'a', startedMs: 10 }), { pid: 9, comm: 'a', startedMs: 90 }, 'the number again')
  t.is(next({ pid: 12, comm: 'b' }), undefined)
  const store = directoryStore(procs)
  store.add({ type: 'probe', atMs: 1, spec: SCHED })
  const ended = sched([proc(20, { comm: 'a', exited: true }), proc(11, { comm: 'a' })])
  store.add({ type: 'sample', probe: 'sched', atMs: 2e12, intervalMs: 1, lost: 0, data: ended })
  t.deepEqual(nextOfName(viewOf(store), { pid: 5, comm: 'a' }), { pid: 11, comm: 'a' })
})
