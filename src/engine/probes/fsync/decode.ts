// Rows of an interval from the tables of probes/fsync.bpf.c.
import type { RowOf } from '../../../stream/spec.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import type { BpfMap } from '../../native/map.ts'
import type { BpfObject } from '../../native/object.ts'
import { histCounters, histDifference, sumPerCpu, words } from '../../native/per-cpu.ts'
import type { Types } from '../../native/btf-types.ts'
import { namesIn } from '../files/name-records.ts'
import { pathOf, type Mounted, type Named } from '../files/file-paths.ts'
import { addStay, noParts, PHASES, type Parts } from './time-parts.ts'
import type { FSYNC } from './spec.ts'
import { transactions, type TransactionPart } from './transactions.ts'

type SyncRow = RowOf<typeof FSYNC.tables.syncs>

interface Syncs {
  syncs: SyncRow[]
  parts: RowOf<typeof FSYNC.tables.parts>[]
  journals: RowOf<typeof FSYNC.tables.journals>[]
  hists: Map<string, Hist>
}

type MountOf = (dev: number) => Mounted | undefined

const UNKNOWN = { ownNs: null, handlesNs: null, othersNs: null, logNs: null, flushNs: null, restNs: null }
const restOf = ({ ownNs, handlesNs, othersNs, logNs, flushNs }: Parts, ns: number): number =>
  Math.max(0, ns - ownNs - handlesNs - othersNs - logNs - flushNs)

const ADDRESS_BYTES = 6
const MOST_PATHS = 4096

export const syncReader = (
  object: BpfObject,
  disks: (dev: number) => string,
  nameOf: () => ((address: number) => string) | undefined,
): ((epoch: number, nowNs: number, mountOf: MountOf) => Syncs) => {
  const [key, sync, stayKey, stay] = ['sync_key', 'sync', 'stay_key', 'stay'].map((name) => object.record(name)) as [
    Record,
    Record,
    Record,
    Record,
  ]
  const syncing = object.record('syncing')
  const at = {
    ino: key.number('ino'),
    fs: key.number('fs'),
    tgid: key.number('tgid'),
    count: sync.number('count'),
    ns: sync.number('ns'),
    maxNs: sync.number('max_ns'),
    transaction: sync.number('max_transaction'),
    comm: sync.text('comm'),
    stack: stayKey.number('stack'),
    stayNs: stay.number('ns'),
    phaseNs: stay.number('phase_ns'),
    beganNs: syncing.number('began_ns'),
    syncingComm: syncing.text('comm'),
  }
  const namesOf = namesIn(sync)
  const halves = {
    even: { syncs: object.map('syncs_even'), stays: object.map('stays_even') },
    odd: { syncs: object.map('syncs_odd'), stays: object.map('stays_odd') },
  }
  const now = object.map('syncing')
  const functionsOf = stackNames(object.map('kernel_stacks'))
  const partsBetween = partReader(object, disks)
  const journalsBetween = journalReader(object, disks)
  const counters = histCounters(object)
  const numbers = phaseNumbers(object)
  const known = transactions()
  /** Of files that were synced before, for syncs that are not over. */
  const paths = new Map<string, string>()

  const pathFor = (fs: number, ino: number, names: Pick<Named, 'parts' | 'isCut' | 'isDeleted'>, mountOf: MountOf) => {
    const id = `${fs} ${ino}`
    if (names.parts.length === 0 && paths.has(id)) return paths.get(id)!
    const path = pathOf({ kind: 'named', ino, ...names }, mountOf(fs), () => disks(fs))
    if (names.parts.length === 0) return path
    if (paths.size >= MOST_PATHS) paths.clear()
    paths.set(id, path)
    return path
  }

  /** By file and process; undefined: nothing has a name yet. */
  const readParts = (stays: BpfMap): Map<string, Parts> | undefined => {
    const parts = new Map<string, Parts>()
    const { count, keys, values } = stays.drain()
    const name = nameOf()
    if (!name) return undefined
    for (let i = 0; i < count; i++) {
      const [from, where] = [i * stayKey.size, i * stay.size]
      const id = keys.toString('latin1', from, from + key.size)
      let of = parts.get(id)
      if (!of) parts.set(id, (of = noParts()))
      const phases = numbers.map((phase) => at.phaseNs(values, where, phase))
      addStay(of, functionsOf(at.stack(keys, from), name), at.stayNs(values, where), phases)
    }
    return parts
  }

  return (epoch, nowNs, mountOf) => {
    const half = halves[epoch & 1 ? 'odd' : 'even']
    const all = partsBetween(mountOf)
    for (const part of all) known.add(part)
    const parts = readParts(half.stays)
    const hists = new Map<string, Hist>()
    const rows = new Map<string, SyncRow>()
    const { count, keys, values } = half.syncs.drain()
    for (let i = 0; i < count; i++) {
      const [from, where] = [i * key.size, i * sync.size]
      const id = keys.toString('latin1', from, from + key.size)
      const [fs, pid] = [at.fs(keys, from), at.tgid(keys, from)]
      const ns = at.ns(values, where)
      const maxNs = at.maxNs(values, where)
      const of = parts && (parts.get(id) ?? noParts())
      const file = pathFor(fs, at.ino(keys, from), namesOf(values, where), mountOf)
      const latency = `syncs ${pid} ${disks(fs)} ${at.ino(keys, from)}`
      const view = words(values.subarray(where, where + sync.size))
      hists.set(latency, histDifference()(sumPerCpu(view, sync.size, sync.offset('latency'), counters), maxNs))
      rows.set(id, {
        file,
        pid,
        comm: at.comm(values, where),
        disk: disks(fs),
        count: at.count(values, where),
        ns,
        maxNs,
        ...(of ? { ...of, restNs: restOf(of, ns) } : UNKNOWN),
        now: 0,
        nowNs: null,
        others: known.others(fs, at.transaction(values, where), pid) ?? null,
        latency,
      })
    }
    addGoingOn(rows, nowNs, mountOf)
    return { syncs: [...rows.values()], parts: partRows(all), journals: journalsBetween(nowNs, mountOf), hists }
  }

  function addGoingOn(rows: Map<string, SyncRow>, nowNs: number, mountOf: MountOf): void {
    const { count, values } = now.all()
    for (let i = 0; i < count; i++) {
      const where = i * syncing.size
      const id = values.toString('latin1', where, where + key.size)
      const ns = Math.max(0, nowNs - at.beganNs(values, where))
      const row = rows.get(id)
      if (row) {
        row.now = row.now! + 1
        row.nowNs = Math.max(row.nowNs ?? 0, ns)
        continue
      }
      const fs = at.fs(values, where)
      rows.set(id, {
        file: pathFor(fs, at.ino(values, where), { parts: [], isCut: false, isDeleted: false }, mountOf),
        pid: at.tgid(values, where),
        comm: at.syncingComm(values, where),
        disk: disks(fs),
        count: 0,
        ns: 0,
        maxNs: null,
        ...noParts(),
        restNs: 0,
        now: 1,
        nowNs: ns,
        others: null,
        latency: null,
      })
    }
  }

  /** Of all transactions together. */
  function partRows(all: readonly TransactionPart[]): Syncs['parts'] {
    const rows = new Map<string, Syncs['parts'][number]>()
    for (const { fs, pid, comm, file, handles, blocks, ns } of all) {
      const id = `${fs} ${pid} ${file ?? ''}`
      const row = rows.get(id)
      if (row) {
        row.handles! += handles
        row.blocks! += blocks
        row.ns! += ns
      } else {
        rows.set(id, { disk: disks(fs), pid: pid || null, comm, file, handles, blocks, ns })
      }
    }
    return [...rows.values()]
  }
}

type Record = ReturnType<BpfObject['record']>

/** Functions of a stack by its number, which stays what it is. */
const stackNames = (stacks: BpfMap) => {
  const known = new Map<number, readonly string[]>()
  const key = Buffer.alloc(4)
  return (id: number, nameOf: (address: number) => string): readonly string[] => {
    const found = known.get(id)
    if (found) return found
    if (id >= stacks.maxEntries) return []
    key.writeUInt32LE(id)
    const frames = stacks.lookup(key)
    const names: string[] = []
    for (let at = 0; frames && at + 8 <= frames.length; at += 8) {
      const address = frames.readUIntLE(at, ADDRESS_BYTES)
      if (address === 0) break
      names.push(nameOf(address))
    }
    known.set(id, names)
    return names
  }
}

const partReader = (object: BpfObject, disks: (dev: number) => string): ((mountOf: MountOf) => TransactionPart[]) => {
  const map = object.map('transactions')
  const [key, part] = [object.record('part_key'), object.record('part')]
  const at = {
    ino: key.number('ino'),
    fs: key.number('fs'),
    transaction: key.number('transaction'),
    tgid: key.number('tgid'),
    handles: part.number('handles'),
    blocks: part.number('blocks'),
    ns: part.number('ns'),
    comm: part.text('comm'),
  }
  const namesOf = namesIn(part)
  return (mountOf) => {
    const { count, keys, values } = map.drain()
    return Array.from({ length: count }, (_, i): TransactionPart => {
      const [from, where] = [i * key.size, i * part.size]
      const [ino, fs] = [at.ino(keys, from), at.fs(keys, from)]
      return {
        fs,
        transaction: at.transaction(keys, from),
        pid: at.tgid(keys, from),
        comm: at.comm(values, where),
        file:
          ino === 0 ? null : pathOf({ kind: 'named', ino, ...namesOf(values, where) }, mountOf(fs), () => disks(fs)),
        handles: at.handles(values, where),
        blocks: at.blocks(values, where),
        ns: at.ns(values, where),
      }
    })
  }
}

/** Of each phase. */
const phaseNumbers = (types: Types): readonly number[] => {
  const numbers = types.values('phase', PHASES)
  return PHASES.map((phase) => numbers[phase])
}

const journalReader = (object: BpfObject, disks: (dev: number) => string) => {
  const map = object.map('journals')
  const journal = object.record('journal')
  const numbers = phaseNumbers(object)
  const at = {
    since: journal.number('since_ns'),
    ns: journal.number('ns'),
    phase: journal.number('phase'),
    commits: journal.number('commits'),
  }
  const before = new Map<number, { commits: number; sums: number[] }>()
  return (nowNs: number, mountOf: MountOf): Syncs['journals'] => {
    const { count, keys, values } = map.all()
    return Array.from({ length: count }, (_, i) => {
      const fs = keys.readUInt32LE(i * 4)
      const where = i * journal.size
      const phase = at.phase(values, where)
      const sums = numbers.map(
        (each) => at.ns(values, where, each) + (each === phase ? Math.max(0, nowNs - at.since(values, where)) : 0),
      )
      const was = before.get(fs) ?? { commits: 0, sums: [sums[0]!, 0, 0, 0, 0] }
      const commits = at.commits(values, where)
      before.set(fs, { commits, sums })
      const [, handlesNs, othersNs, logNs, flushNs] = sums.map((sum, each) => Math.max(0, sum - was.sums[each]!))
      return {
        disk: disks(fs),
        mount: mountOf(fs)?.path ?? null,
        count: commits - was.commits,
        ns: handlesNs! + othersNs! + logNs! + flushNs!,
        handlesNs: handlesNs!,
        othersNs: othersNs!,
        logNs: logNs!,
        flushNs: flushNs!,
      }
    })
  }
}
