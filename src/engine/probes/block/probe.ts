// Reader of probes/block.bpf.c: ends an interval by raising the epoch, then reads what the disks and processes did in
// it; all of it, or what is seen in windows where that costs too much. Which programs are loaded depends on the hooks
// the kernel has.
import { blockTables } from '../../../model/block.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { absentHooks } from '../../native/btf.ts'
import { targetEpochs } from '../../native/epochs.ts'
import { possibleCpus } from '../../native/libbpf.ts'
import { missedRuns } from '../../native/missed.ts'
import { loadPlanned } from '../../native/object.ts'
import { checkHist, difference, eachCpu, histSince, totalPerCpu, u64, words } from '../../native/per-cpu.ts'
import { openWindows, type Windows } from '../../native/windows.ts'
import { objectWork } from '../../native/work.ts'
import { diskNames, isIdle } from '../../proc/disks.ts'
import { diskCounter } from '../../proc/diskstats.ts'
import { scaled } from './scaled.ts'
import { countInFlight, decodeProcs, diskRows, withinTopSlot } from './decode.ts'
import { blockLayout } from './record-layout.ts'

/** For completions at which `complete` was skipped: attached once there has been one, since it costs a tenth of all. */
const AGAIN = 'complete_again'
/** Programs in the order in which they are attached: completions last, so that they find where the request began. */
const PROGRAMS = {
  io_start: 'block_io_start',
  insert: 'block_rq_insert',
  merge: 'block_rq_merge',
  issue: 'block_rq_issue',
  complete: 'block_rq_complete',
  [AGAIN]: 'block_rq_complete',
}
/** Hooks that can be done without: they are younger than the oldest kernel we run on. */
const OPTIONAL = ['block_rq_merge', 'block_io_start']
/** What an operation takes longer, about, of a CPU that does nothing else. */
const HOOK_NS = 440
/** At most so many places for one sum. */
const MAX_SHARD_BITS = 4

const fitting = (): string[] => {
  const absent = absentHooks(OPTIONAL)
  // where requests are seen when they are made, insertion says nothing new
  const unused = absent.includes('block_io_start') ? absent : [...absent, 'block_rq_insert']
  return Object.keys(PROGRAMS).filter((name) => !unused.includes(PROGRAMS[name as keyof typeof PROGRAMS]))
}

const placeOf = ({ dev, op }: { dev: string; op: string }): string => `${dev} ${op}`

const shardBitsOf = (cpus: number): number => Math.min(MAX_SHARD_BITS, 31 - Math.clz32(cpus))

export const plan: PlanDescribed = ({ object: path, maxEntries }) => {
  const programs = fitting()
  const cpus = possibleCpus()
  return {
    path,
    programs: (name) => programs.includes(name),
    maxEntries,
    times: { procs: cpus, disks: 1 << shardBitsOf(cpus) },
  }
}

export const start: StartDescribed = (context) => {
  const { object } = loadPlanned(plan(context))
  const programs = [...object.programFds().keys()]
  const cpus = possibleCpus()
  const shardBits = shardBitsOf(cpus)

  const layouts = blockLayout(object)
  const clock = targetEpochs(object)
  const key = Buffer.alloc(4)
  const setup = Buffer.alloc(object.map('.data.setup').valueSize)
  const setUp = (): void => object.map('.data.setup').update(key, setup)
  const hooks = programs.filter((name) => name !== AGAIN)
  setup.writeUInt32LE(programs.includes('io_start') ? 1 : 0, layouts.setup.io_start)
  setup.writeUInt32LE(shardBits, layouts.setup.shard_bits)
  const attach = (): void => {
    setup.writeBigUInt64LE(process.hrtime.bigint(), layouts.setup.began_ns)
    setUp()
    object.attach(hooks)
  }
  /** What is seen of requests while programs are attached, one after the other, is not all. */
  const followAll = (): void => {
    attach()
    const now = process.hrtime.bigint()
    setup.writeBigUInt64LE(now, layouts.setup.attached_ns)
    setup.writeBigUInt64LE(now, layouts.setup.began_ns)
    setUp()
  }
  followAll()

  const ids = words(object.map('disk_ids').mapped())
  const values = object.map('disks')
  const shards = 1 << shardBits
  const valuesOf = (row: number): Buffer => values.range(row * shards, shards)
  const places = words(object.map('starts').mapped())
  const touched = object.map('.data.touched').mapped()
  const procs = object.map('procs').mapped()
  const elsewhere = words(object.map('.data.elsewhere').mapped())
  const readDisks = diskRows(layouts.disk, shards, diskNames())
  const total = { lost: difference(), other_ops: difference(), other_bytes: difference() }
  const countDisks = diskCounter()
  /** Disks and what was done to them, as far as there were requests for it: others have none, and are not ours to tell. */
  const requested = new Set<string>()
  let windows: Windows | undefined
  checkHist(object)
  const targetHist = histSince(object.map('target').valueSize, layouts.target.hist)
  const skipped = missedRuns(object, 'complete')

  /** Operations that ended while sampled, by the CPU they ended on. */
  const completed = (): number[] => {
    const map = object.map('totals')
    return eachCpu(words(map.lookup(key)!), map.valueSize, layouts.totals.completed)
  }

  const totalsNow = (): ((name: keyof typeof total) => number) => {
    const map = object.map('totals')
    const view = words(map.lookup(key)!)
    return (name) => totalPerCpu(view, map.valueSize, layouts.totals[name])
  }

  const readTarget = (epoch: number) => {
    const { valueSize } = object.map('target')
    const { max_ns, epoch: epochAt } = layouts.target
    const view = words(object.map('target').lookup(key)!)
    let maxNs = 0
    for (let at = 0; at < valueSize * cpus; at += valueSize) {
      if (view[(at + epochAt) / 4 + (epoch & 1)] !== epoch) continue
      maxNs = Math.max(maxNs, u64(view, at + max_ns + (epoch & 1) * 8))
    }
    return withinTopSlot(targetHist(view, maxNs))
  }

  const countRequests = (beforeNs: number): number => {
    const inPlace = countInFlight(layouts.start, places, beforeNs, isIdle, touched)
    if (elsewhere[0] === 0) return inPlace
    const { count, values } = object.map('more_starts').all()
    const more = words(values).subarray(0, (count * layouts.start.size) / 4)
    return inPlace + countInFlight(layouts.start, more, beforeNs, isIdle)
  }

  const readProcs = (epoch: number) => {
    const elsewhere = object.map(epoch & 1 ? 'procs_odd' : 'procs_even').drain()
    return decodeProcs(layouts.proc, procs, epoch, elsewhere, cpus)
  }

  const read = () => {
    const { tier, factor } = windows?.take() ?? { factor: 1 }
    const { epoch, intervalNs, endNs } = clock.next()
    if (skipped() > 0 && !windows) object.attach([AGAIN])
    const disks = readDisks(ids, valuesOf, epoch)
    for (const disk of disks) requested.add(placeOf(disk))
    const counted = windows && countDisks()
    const inFlight = counted ? counted.inFlight : countRequests(endNs - intervalNs)
    // last: a program that began in the finished epoch has long ended by now
    const procs = readProcs(epoch)
    const of = clock.target()
    const latency = of && readTarget(epoch)
    const target = latency && clock.isWhole() ? { of, total: latency } : undefined
    const now = totalsNow()
    const others = { ops: total.other_ops(now('other_ops')), bytes: total.other_bytes(now('other_bytes')) }
    const reading = { disks, procs, inFlight, others, target }
    const windowNs = tier?.windows ? ((tier.observed ?? 0) * intervalNs) / tier.windows : 0
    return {
      ...blockTables(
        tier
          ? scaled(
              reading,
              factor,
              windowNs,
              counted?.disks.filter((disk) => requested.has(placeOf(disk))),
            )
          : reading,
      ),
      lost: total.lost(now('lost')),
      ...(tier && { tier }),
    }
  }

  read() // what happened while attaching belongs to no interval
  return {
    read,
    command(command) {
      if (command.cmd !== 'target') return
      // what is in it is of whoever was selected before
      if (!clock.target()) readTarget(0)
      clock.setTarget(command.target)
    },
    thin(on) {
      windows?.close()
      object.detach([...hooks, AGAIN])
      windows = undefined
      setup.writeUInt32LE(on ? 1 : 0, layouts.setup.sampled)
      if (!on) followAll()
      read() // what came in meanwhile belongs to no interval
      if (on) windows = openWindows({ attach, detach: () => object.detach(hooks), count: completed, hookNs: HOOK_NS })
    },
    work: objectWork(() => [object]),
    close() {
      windows?.close()
      object.close()
    },
  }
}
