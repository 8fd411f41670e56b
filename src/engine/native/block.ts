// Reader of probes/block.bpf.c: ends an interval by raising the epoch, then reads what the disks and processes did in
// it. Which programs are loaded depends on the hooks the kernel has.
import { join } from 'node:path'
import type { BlockData } from '../../stream/types.ts'
import type { StartProbe } from '../probe.ts'
import { countInFlight, decodePeaks, decodeProcs, diskKeys, diskRows, withinTopSlot } from './block-decode.ts'
import { absentHooks } from './btf.ts'
import { diskNames, isIdle } from './disks.ts'
import { epochs } from './epochs.ts'
import { possibleCpus } from './libbpf.ts'
import { loadObject } from './object.ts'
import { difference, HIST_BYTES, HIST_WORDS, histDifference, sumPerCpu, u64, words } from './per-cpu.ts'
import { objectWork } from './work.ts'

/** Programs that can be done without, by hook: these are younger than the oldest kernel we run on. */
const OPTIONAL = { block_rq_merge: 'merge', block_io_start: 'io_start' }
const TARGET = { maxNs: HIST_BYTES, epoch: HIST_BYTES + 16 }
const TOTALS = { lost: 0, otherOps: 8, otherBytes: 16 }

export const startBlock: StartProbe<'block'> = ({ objects, maxEntries }) => {
  const skipped = absentHooks(Object.keys(OPTIONAL)).map((hook) => OPTIONAL[hook as keyof typeof OPTIONAL])
  const object = loadObject(join(objects, 'block.bpf.o'), { programs: (name) => !skipped.includes(name), maxEntries })

  const clock = epochs(object)
  const key = Buffer.alloc(4)
  const cpus = possibleCpus()
  const maps = Object.fromEntries(
    ['starts', 'disks', 'peaks', 'procs_even', 'procs_odd', 'target', 'totals'].map((name) => [name, object.map(name)]),
  ) as Record<string, ReturnType<typeof object.map>>
  for (const otherDisks of diskKeys(0)) maps.disks!.update(otherDisks, Buffer.alloc(maps.disks!.valueSize))

  // completions last, so that they find where the request began
  const order = ['io_start', 'insert', 'merge', 'issue', 'complete', 'complete_again'].filter(
    (name) => !skipped.includes(name),
  )
  object.attach(order)
  const attached = Buffer.alloc(object.map('.data.seen').valueSize)
  attached.writeBigUInt64LE(process.hrtime.bigint())
  object.map('.data.seen').update(key, attached)

  const disks = diskRows(diskNames())
  const total = { lost: difference(), otherOps: difference(), otherBytes: difference() }
  const counters = new Float64Array(HIST_WORDS)
  const one = new Float64Array(1)
  const targetHist = histDifference()

  const readTotal = (name: keyof typeof TOTALS): number =>
    total[name](sumPerCpu(words(maps.totals!.lookup(key)!), maps.totals!.valueSize, TOTALS[name], one)[0]!)

  const readTarget = (epoch: number) => {
    const { valueSize } = maps.target!
    const view = words(maps.target!.lookup(key)!)
    let maxNs = 0
    for (let at = 0; at < valueSize * cpus; at += valueSize) {
      if (view[(at + TARGET.epoch) / 4 + (epoch & 1)] !== epoch) continue
      maxNs = Math.max(maxNs, u64(view, at + TARGET.maxNs + (epoch & 1) * 8))
    }
    return withinTopSlot(targetHist(sumPerCpu(view, valueSize, 0, counters), maxNs))
  }

  const read = () => {
    const { epoch, intervalNs } = clock.next()
    const peaks = decodePeaks(maps.peaks!.all(), cpus, epoch)
    const intervalStartNs = Number(process.hrtime.bigint()) - intervalNs
    const { inFlight, stale } = countInFlight(maps.starts!.all(), intervalStartNs, isIdle)
    for (const request of stale) maps.starts!.delete(request)
    const data: BlockData = {
      disks: disks(maps.disks!.all(), peaks),
      inFlight,
      // last: a program that began in the finished epoch has long ended by now
      procs: decodeProcs(maps[epoch & 1 ? 'procs_odd' : 'procs_even']!.drain(), cpus),
    }
    const of = clock.target()
    if (of) data.target = { of, total: readTarget(epoch) }
    const others = { ops: readTotal('otherOps'), bytes: readTotal('otherBytes') }
    if (others.ops > 0 || others.bytes > 0) data.others = others
    return { data, lost: readTotal('lost') + stale.length }
  }

  read() // what happened while attaching belongs to no interval
  return {
    read,
    command(command) {
      if (command.cmd !== 'target') return
      clock.setTarget(command.target)
      readTarget(0) // the next interval begins with the new target
    },
    work: objectWork(() => [object]),
    close: object.close,
  }
}
