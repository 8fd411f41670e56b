// Block I/O as objects and as the tables of its spec, for the probe that makes these and for panels that read them.
import { tableOf } from '../stream/spec.ts'
import { BLOCK, type BlockOp, type BlockProc } from '../stream/specs/block.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Hist } from '../stream/stream-types.ts'
import type { Target } from '../stream/target.ts'
import { emptyHist } from './base/histogram.ts'
import { asHist, histIn, ofHist } from './tables/histograms.ts'
import { recordsOf } from './tables/row-objects.ts'

export interface BlockDisk {
  dev: string
  name: string
  op: BlockOp
  ops: number
  bytes: number
  errors: number
  total: Hist
  /** Empty where latency is only summed. */
  queued: Hist
  device: Hist
}

export interface BlockReading {
  disks: readonly BlockDisk[]
  procs: readonly BlockProc[]
  inFlight: number
  others?: { ops: number; bytes: number }
  /** Latency of the target alone. */
  target?: { of: Target; total: Hist }
}

const KINDS = ['total', 'queued', 'device'] as const

/** As it is sent. Histograms without a value are left out. */
export const blockTables = ({ disks, procs, inFlight, others, target }: BlockReading): TablesData => {
  const hists: TablesData['hists'] = {}
  const named = (disk: BlockDisk, kind: (typeof KINDS)[number]): string | null => {
    if (disk[kind].count === 0) return null
    const name = `${disk.dev} ${disk.op} ${kind}`
    hists[name] = ofHist(disk[kind])
    return name
  }
  const rows = disks.map((disk) => ({
    ...disk,
    total: named(disk, 'total'),
    queued: named(disk, 'queued'),
    device: named(disk, 'device'),
  }))
  return {
    tables: { disks: tableOf(BLOCK.tables.disks, rows), procs: tableOf(BLOCK.tables.procs, procs) },
    hists,
    totals: { inFlight, ...(others && { othersOps: others.ops, othersBytes: others.bytes }) },
    ...(target && { target: { of: target.of, tables: {}, hists: { total: ofHist(target.total) }, totals: {} } }),
  }
}

/** Operations of disks; none where a selection does not tell them apart. */
export const disksOf = (data: TablesData): readonly BlockDisk[] => {
  let disks = known.get(data)
  if (!disks) known.set(data, (disks = madeOf(data)))
  return disks
}

const known = new WeakMap<TablesData, readonly BlockDisk[]>()

const madeOf = ({ tables, hists }: TablesData): BlockDisk[] => {
  const histOf = (name: string | null): Hist => {
    const hist = histIn(hists, name)
    return hist ? asHist(hist) : emptyHist()
  }
  return recordsOf(BLOCK.tables.disks, tables.disks).map(
    ({ dev, name, op, ops, bytes, errors, total, queued, device }) => ({
      dev: dev ?? '',
      name: name ?? '',
      op: (op ?? 'other') as BlockOp,
      ops: ops ?? 0,
      bytes: bytes ?? 0,
      errors: errors ?? 0,
      total: histOf(total),
      queued: histOf(queued),
      device: histOf(device),
    }),
  )
}

export const blockProcsOf = ({ tables }: TablesData): readonly BlockProc[] =>
  recordsOf(BLOCK.tables.procs, tables.procs)

/** Of a selection by which disks are not told apart, in one; undefined of others. */
export const totalOf = ({ hists }: Pick<TablesData, 'hists'>): Hist | undefined => hists.total && asHist(hists.total)
