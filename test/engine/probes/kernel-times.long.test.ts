// Time and waits of softirqs and interrupts: against the kernel's account of its own time, and its tracer's marks.
import { availableParallelism } from 'node:os'
import type { ExecutionContext } from 'ava'
import { softirqName } from '../../../src/engine/probes/kernel/interrupt-names.ts'
import { start } from '../../../src/engine/probes/kernel/probe.ts'
import { TICK_MS } from '../../../src/source/proc-stat.ts'
import type { TablesData } from '../../../src/stream/tables.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { flood, interruptTimes } from '../../helpers/softirqs.ts'
import { tracing, type TracedEvent } from '../../helpers/traced.ts'
import { sleepMs } from '../../helpers/workload.ts'

/** /proc/stat is read in whole steps, at both ends. */
const ROUNDING_NS = 2 * TICK_MS * 1e6
/** What a softirq or interrupt takes before our program begins and after it has ended. */
const AROUND = 0.05

/** Softirqs at work between two readings; what the kernel counts is between the inner and the outer readings. */
const flooded = async (t: ExecutionContext) => {
  const probe = startHere(t, start, 'kernel')
  const outer = interruptTimes()
  probe.read()
  const inner = interruptTimes()
  const { tickNs } = await flood(4, { senders: availableParallelism(), listeners: 900 })
  const innerEnd = interruptTimes()
  const { totals } = probe.read()
  const outerEnd = interruptTimes()
  const between = (id: 'irqNs' | 'softirqNs') => [innerEnd[id] - inner[id], outerEnd[id] - outer[id]] as const
  return { totals, tickNs, between, isSampled: outerEnd.irqNs === 0 }
}

/** Four standard deviations of so much time, where it is what the kernel found to run at its ticks. */
const sampledNs = (ns: number, tickNs: number): number => 4 * Math.sqrt(ns * tickNs)

bpfTest(
  'time in softirqs is that of /proc/stat, which where it is sampled is as exact as its ticks',
  async (t) => {
    const { totals, tickNs, between, isSampled } = await flooded(t)
    const [least, most] = between('softirqNs')
    const said = `ours ${totals.softirqNs! / 1e6} ms, /proc/stat ${least / 1e6} to ${most / 1e6} ms, a tick ${tickNs / 1e6} ms`
    t.log(said)
    if (least < 40 * tickNs) return skip(t, `too little time in softirqs to compare: ${said}`)
    const ns = ROUNDING_NS + (isSampled ? sampledNs(most, tickNs) : availableParallelism() * tickNs)
    t.true(totals.softirqNs! >= least * (1 - AROUND) - ns && totals.softirqNs! <= most * (1 + AROUND) + ns, said)
  },
  ['python3'],
)

bpfTest(
  'time in interrupts is at most that of /proc/stat',
  async (t) => {
    if (interruptTimes().irqNs === 0)
      return skip(t, 'this kernel accounts its time by ticks, of which none comes within an interrupt: it counts 0')
    const { totals, tickNs, between } = await flooded(t)
    const [, most] = between('irqNs')
    t.true(totals.irqNs! > 0 && totals.irqNs! <= most + ROUNDING_NS + availableParallelism() * tickNs)
  },
  ['python3'],
)

/** By `CPU softirq`: from when it was first raised until it ran, of those that began to run within; the longest first. */
const waitsIn = (events: readonly TracedEvent[], fromNs: number, untilNs: number): Map<string, number[]> => {
  const raised = new Map<string, number>()
  const waits = new Map<string, number[]>()
  for (const { cpu, atNs, name, text } of events) {
    const key = `${cpu} ${softirqName(Number(/^vec=(\d+)/.exec(text)![1]))}`
    const since = raised.get(key)
    if (name === 'softirq_raise') {
      if (since === undefined) raised.set(key, atNs)
      continue
    }
    raised.delete(key)
    if (since === undefined || atNs < fromNs || atNs > untilNs) continue
    const of = waits.get(key) ?? []
    waits.set(key, of)
    of.push(atNs - since)
  }
  for (const each of waits.values()) each.sort((a, b) => b - a)
  return waits
}

/** The tracer writes whole microseconds, and takes some itself, at the same hooks before or after us. */
const MARK_NS = 2000
/** An interrupt may come between the two. */
const ONCE_NS = 200_000

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0)

const compare = (
  t: ExecutionContext,
  data: TablesData,
  inner: Map<string, number[]>,
  outer: Map<string, number[]>,
): number => {
  const rows = new Map(rowsOf(data, 'cpus').map((row) => [`${row.cpu} ${row.name}`, row]))
  const compared = [...inner].filter(([, waits]) => waits.length >= 20)
  for (const [key, least] of compared) {
    const most = outer.get(key)!
    const row = rows.get(key)
    const [waits, waitNs, maxWaitNs] = [Number(row?.waits), Number(row?.waitNs), Number(row?.maxWaitNs)]
    const said = `${key}: ${waits}, ${waitNs} ns, at most ${maxWaitNs}; ${least.length} to ${most.length}, ${sum(least)} to ${sum(most)} ns, at most ${least[0]} to ${most[0]}`
    t.true(waits >= least.length * 0.97 - 4 && waits <= most.length + 4, said)
    // nothing is told of what happens while a thread runs that is kept from being traced: that may have been the longest
    const seen = least.slice(Math.max(0, least.length - waits))
    t.true(waitNs >= sum(seen) * 0.95 - seen.length * MARK_NS - ONCE_NS, said)
    t.true(waitNs <= sum(most) * 1.05 + most.length * MARK_NS + ONCE_NS, said)
    t.true(maxWaitNs >= seen[0]! - ONCE_NS && maxWaitNs <= most[0]! + ONCE_NS && maxWaitNs <= waitNs, said)
  }
  return compared.length
}

bpfTest(
  'how long softirqs of each CPU waited is what the tracer has of them; by kind it is the same, together',
  async (t) => {
    const trace = tracing(['irq/softirq_raise', 'irq/softirq_entry'])
    if (typeof trace === 'string') return skip(t, trace)
    t.teardown(() => trace.remove())
    const now = (): number => Number(process.hrtime.bigint())
    const probe = startHere(t, start, 'kernel')
    await sleepMs(100) // what is raised by then has run
    const outerNs = now()
    probe.read()
    const innerNs = now()
    await flood(1, { senders: availableParallelism(), listeners: 20 })
    const innerEndNs = now()
    const data = probe.read()
    const outerEndNs = now()
    const events = trace.events()
    if (!events) return skip(t, 'the tracer lost some')
    const compared = compare(t, data, waitsIn(events, innerNs, innerEndNs), waitsIn(events, outerNs, outerEndNs))
    t.true(compared >= 2, `${compared} compared of ${events.length} events`)
    t.log(`${compared} softirqs of CPUs, ${events.length} events`)

    const cpus = rowsOf(data, 'cpus')
    for (const { name } of rowsOf(data, 'kinds').filter(({ kind }) => kind === 'softirq')) {
      const own = cpus.filter((row) => row.kind === 'softirq' && row.name === name)
      const all = data.hists[`softirq ${name}`]!
      t.is(sum(own.map((row) => Number(row.waits))), all.count)
      t.is(sum(own.map((row) => Number(row.waitNs))), all.sum!)
      t.is(Math.max(...own.map((row) => Number(row.maxWaitNs))), all.max!)
    }
    for (const row of cpus.filter(({ kind }) => kind === 'irq')) t.deepEqual([row.waits, row.maxWaitNs], [null, null])
  },
  ['python3'],
)
