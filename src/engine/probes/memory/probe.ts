// Reader of probes/memory.bpf.c, and of what the kernel counts of memory itself.
import { tableOf } from '../../../stream/spec.ts'
import { tracepointArguments } from '../../native/btf.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { epochs } from '../../native/epochs.ts'
import { difference, histCounters, histDifference, sumPerCpu, words } from '../../native/per-cpu.ts'
import { objectWork } from '../../native/work.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { topOf } from '../../native/described-hist.ts'
import { faultsBetween, procRows, type EndedThread, type ProcStalls, type ThreadFaults } from './decode.ts'
import { kernelCounters } from './kernel-counters.ts'
import { MEMORY } from './spec.ts'

/** Hands over the faults of a thread as it ends; in every tier. */
const ENDS = 'thread_ends'

export const plan = (({ object: path, maxEntries }) => {
  const victim = (tracepointArguments(['mark_victim']).get('mark_victim') ?? 0) > 1 ? 'victim_number' : 'victim_task'
  return describedPlan(path, MEMORY, { maxEntries, also: [victim] })
}) satisfies PlanDescribed

export const start: StartDescribed = (context) => {
  const { object } = loadDescribed(plan(context))
  const clock = epochs(object)
  const faults = object.record('faults')
  const ended = object.record('ended')
  const stalls = object.record('stalls')
  const totals = object.record('totals')
  const maps = { ended: object.map('ended'), even: object.map('stalls_even'), odd: object.map('stalls_odd') }
  object.attach()
  const hooks = [...object.programFds().keys()].filter((name) => !object.isIterator(name) && name !== ENDS)
  /** Without hooks of stalls: faults, and the kernel's own counters. */
  let isCounted = false

  const threadAt = {
    tgid: faults.number('tgid'),
    tid: faults.number('tid'),
    minor: faults.number('minor'),
    major: faults.number('major'),
    endedMinor: faults.number('ended_minor'),
    endedMajor: faults.number('ended_major'),
    comm: faults.text('comm'),
  }
  function* threads(): Generator<ThreadFaults> {
    const bytes = object.iterate('read_faults')
    for (let at = 0; at < bytes.length; at += faults.size) {
      const [tgid, tid] = [threadAt.tgid(bytes, at), threadAt.tid(bytes, at)]
      yield {
        tgid,
        tid,
        minor: threadAt.minor(bytes, at),
        major: threadAt.major(bytes, at),
        endedMinor: threadAt.endedMinor(bytes, at),
        endedMajor: threadAt.endedMajor(bytes, at),
        comm: tid === tgid ? threadAt.comm(bytes, at) : '',
      }
    }
  }

  const endedAt = {
    atNs: ended.number('at_ns'),
    tgid: ended.number('tgid'),
    tid: ended.number('tid'),
    minor: ended.number('minor'),
    major: ended.number('major'),
    comm: ended.text('comm'),
  }
  const readEnded = (): EndedThread[] => {
    const { count, values } = maps.ended.drain()
    return Array.from({ length: count }, (_, i) => {
      const at = i * ended.size
      return {
        atNs: endedAt.atNs(values, at),
        tgid: endedAt.tgid(values, at),
        tid: endedAt.tid(values, at),
        minor: endedAt.minor(values, at),
        major: endedAt.major(values, at),
        comm: endedAt.comm(values, at),
      }
    })
  }

  const stallAt = {
    reclaims: stalls.number('reclaims'),
    reclaimNs: stalls.number('reclaim_ns'),
    reclaimMaxNs: stalls.number('reclaim_max_ns'),
    compactions: stalls.number('compactions'),
    compactionNs: stalls.number('compaction_ns'),
    oomKills: stalls.number('oom_kills'),
    comm: stalls.text('comm'),
  }
  const readStalls = (epoch: number): ProcStalls[] => {
    const { count, keys, values } = maps[epoch & 1 ? 'odd' : 'even'].drain()
    return Array.from({ length: count }, (_, i) => {
      const at = i * stalls.size
      return {
        pid: keys.readUInt32LE(i * 4),
        comm: stallAt.comm(values, at),
        reclaims: stallAt.reclaims(values, at),
        reclaimNs: stallAt.reclaimNs(values, at),
        reclaimMaxNs: stallAt.reclaimMaxNs(values, at),
        compactions: stallAt.compactions(values, at),
        compactionNs: stallAt.compactionNs(values, at),
        oomKills: stallAt.oomKills(values, at),
      }
    })
  }

  const key = Buffer.alloc(4)
  const map = object.map('totals')
  const one = new Float64Array(1)
  const counters = histCounters(object)
  const lost = difference()
  const reclaim = histDifference()
  const between = faultsBetween()
  const counted = kernelCounters()

  const read = () => {
    const { epoch } = clock.next()
    const readNs = Number(process.hrtime.bigint())
    // Threads before those that ended: one that ends in between is in both, and then told apart by its time
    const all = [...threads()]
    const rows = between(all, readEnded(), readNs)
    const stalled = readStalls(epoch)
    const view = words(map.lookup(key)!)
    const hist = reclaim(
      sumPerCpu(view, map.valueSize, totals.offset('reclaim'), counters),
      stalled.reduce((most, { reclaimMaxNs }) => Math.max(most, reclaimMaxNs ?? 0), 0),
    )
    const lostNow = lost(sumPerCpu(view, map.valueSize, totals.offset('lost'), one)[0]!)
    const { kernel, totals: ofKernel } = counted()
    return {
      lost: lostNow,
      ...(isCounted && { tier: { is: 'counted' as const } }),
      tables: { procs: tableOf(MEMORY.tables.procs, procRows(rows, stalled, !isCounted)), kernel },
      hists: { reclaim: topOf(hist) },
      totals: ofKernel,
    }
  }

  read() // what happened before belongs to no interval
  return {
    read,
    thin(on) {
      isCounted = on
      if (on) object.detach(hooks)
      else object.attach()
      read()
    },
    work: objectWork(() => [object]),
    close: object.close,
  }
}
