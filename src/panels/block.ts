// Block I/O: how long requests to disks take, queued and in the device, and who sends them. What it shows is in
// stream/specs/block-panel.ts.
import { blockProcsOf, disksOf, totalOf, type BlockDisk } from '../model/block.ts'
import { perSecond, ratio } from '../model/base/rates.ts'
import { DISKS, PROCESSES } from '../stream/specs/block-panel.ts'
import { BLOCK, type BlockProc } from '../stream/specs/block.ts'
import type { TablesData } from '../stream/tables.ts'
import { heldIoNotes } from './held-io.ts'
import { rowsOf, type RowFacts } from './lazy-row.ts'
import { cellsFor } from './own-cells.ts'
import { ownPanel } from './own-panel.ts'

const CELLS = cellsFor<BlockProc>(PROCESSES, {
  mean: (proc) => (proc.latencyNs === null ? undefined : ratio(proc.latencyNs, operationsOf(proc))),
})
const FACTS: RowFacts<BlockProc> = { key: ({ pid }) => String(pid), pid: ({ pid }) => pid ?? undefined }

const DISK_CELLS = cellsFor<BlockDisk>(DISKS)
const DISK_FACTS: RowFacts<BlockDisk> = {
  key: ({ dev, op }) => `${dev} ${op}`,
  role: ({ errors }) => (errors > 0 ? 'bad' : undefined),
}

export const block = ownPanel<'block'>(BLOCK, 'block', {
  hists: (data) => {
    const total = totalOf(data)
    return total ? [total] : disksOf(data).map((disk) => disk.total)
  },
  rows: (samples, mode, detail) => {
    const sample = samples.at(-1)
    if (!sample) return []
    return mode === 'disks'
      ? rowsOf(disksOf(sample.data), DISK_FACTS, DISK_CELLS, sample, { detail })
      : rowsOf(blockProcsOf(sample.data), FACTS, CELLS, sample, { detail })
  },
  selects: (data, row, mode) => {
    const disk = mode === 'disks' ? disksOf(data).find((each) => DISK_FACTS.key(each) === row.key) : undefined
    return disk ? [{ is: 'disk', dev: disk.dev, name: disk.name }] : []
  },
  // what the kernel counts of a disk does not say whose it was
  emptyText: ({ data, tier }) =>
    tier?.is === 'counted' && disksOf(data).length > 0
      ? 'whose I/O it was is not known while it is only counted'
      : undefined,
  figures: {
    readRate: ({ data, intervalMs }) => bytesPerSecond(data, 'read', intervalMs),
    writeRate: ({ data, intervalMs }) => bytesPerSecond(data, 'write', intervalMs),
    errors: ({ data }) => disksOf(data).reduce((sum, disk) => sum + disk.errors, 0) || undefined,
  },
  notes: ({ data: { totals } }) =>
    totals['othersOps'] ? [`${totals['othersOps']} operations belong to no row (table full)`] : [],
  // it is in no request yet
  heldNotes: heldIoNotes,
})

/** Of a process; none where they are not known. */
export const operationsOf = ({ reads, writes, otherOps }: BlockProc): number =>
  [reads, writes, otherOps].reduce<number>((sum, count) => sum + (count ?? 0), 0)

const bytesPerSecond = (data: TablesData, op: 'read' | 'write', intervalMs: number): number => {
  const disks = disksOf(data)
  const ofDisks = disks.filter((disk) => disk.op === op).reduce((sum, disk) => sum + disk.bytes, 0)
  const ofProcs = blockProcsOf(data).reduce(
    (sum, { readBytes, writeBytes }) => sum + ((op === 'read' ? readBytes : writeBytes) ?? 0),
    0,
  )
  return perSecond(disks.length > 0 ? ofDisks : ofProcs, intervalMs)
}
