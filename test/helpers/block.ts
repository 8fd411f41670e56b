// The tables of the block probe as objects, and the probe as tests run it.
import { join } from 'node:path'
import type { StartDescribed } from '../../src/engine/base/described-probe.ts'
import { start } from '../../src/engine/probes/block/probe.ts'
import type { HowGot, ProbeContext } from '../../src/engine/base/probe.ts'
import { blockProcsOf, blockTables, disksOf, totalOf, type BlockReading } from '../../src/model/block.ts'
import { BLOCK } from '../../src/stream/specs/block.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import { plain } from './plain.ts'

export const asBlock = (data: TablesData): BlockReading => {
  const { totals, target } = data
  const total = target && totalOf(target)
  return {
    disks: disksOf(data),
    procs: plain(BLOCK.tables.procs, blockProcsOf(data)),
    inFlight: totals['inFlight'] ?? 0,
    ...(totals['othersOps'] === undefined
      ? {}
      : { others: { ops: totals['othersOps'], bytes: totals['othersBytes'] ?? 0 } }),
    ...(total && { target: { of: target!.of, total } }),
  }
}

/** The same tables with other things in them. */
export const editedBlock = (data: TablesData, edit: (reading: BlockReading) => Partial<BlockReading>): TablesData => {
  const reading = asBlock(data)
  return blockTables({ ...reading, ...edit(reading) })
}

export const startBlock = (context: ProbeContext, from: StartDescribed = start) => {
  const probe = from({ ...context, object: join(context.objects, 'block.bpf.o') })
  return {
    ...probe,
    read: (): { data: BlockReading; lost: number; tier?: HowGot } => {
      const { lost, tier, ...data } = probe.read()
      return { data: asBlock(data), lost, ...(tier && { tier }) }
    },
  }
}
