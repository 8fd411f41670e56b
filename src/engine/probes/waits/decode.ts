// Records of probes/waits.bpf.c made into threads, which are kept from one reading to the next: of one that has not run
// in between only its number is said. No system calls here.
import { blockingCalls } from '../../native/blocked-in.ts'
import { recordIn } from '../../native/record-reader.ts'
import { statesIn } from '../../native/states.ts'
import { byNumber, namesByNumber } from '../../native/btf-types.ts'
import type { Types } from '../../native/btf-types.ts'
import { namesIn } from '../files/name-records.ts'
import { openRoll } from './roll.ts'
import { endsReader } from './tcp-ends.ts'
import { FILE_KINDS, LOCK_KINDS, TURNS, WAITED_BY } from './thread.ts'
import type { FileFacts, Item, Registers, Thread, Threads, WaitedFile } from './thread.ts'

export const MOST_ITEMS = 32
const ADDRESS_BYTES = 6
const NO_FRAMES: readonly number[] = []

const LETTERS = {
  running: 'R',
  waiting: 'w',
  preempted: 'w',
  throttled: 'q',
  sleep: '.',
  disk: 'D',
  stopped: 'T',
  traced: 't',
  frozen: 'F',
}

export const threadReader = (types: Types) => {
  const letters = byNumber(statesIn(types), LETTERS)
  const { nameOf } = blockingCalls(types)
  const wait = recordIn(types, 'wait')
  const file = recordIn(types, 'file_facts')
  const item = recordIn(types, 'item')
  const framed = recordIn(types, 'framed')
  const waited = recordIn(types, 'waited_file')
  const rows = types.values('row', { short: 'SHORT', item: 'ITEM', framed: 'FRAMED', waited: 'WAITED' })
  const flag = types.values('wait_flag', {
    worker: 'WORKER',
    oneOfSeveral: 'ONE_OF_SEVERAL',
    selected: 'SELECTED',
    limitShift: 'LIMIT_SHIFT',
  })
  const shortBytes = wait.offset('state')
  const { elements: mostFrames } = wait.place('frames')
  const { elements: registersCount } = framed.place('registers')
  const endsAt = endsReader(types)
  const fileKinds = byConstant(types, 'file_kind', 'FILE_', FILE_KINDS)
  const turns = byConstant(types, 'turn', 'TURN_', TURNS)
  const lockKinds = byConstant(types, 'lock_kind', 'LOCK_', LOCK_KINDS)
  const waitedBy = byConstant(types, 'waited_by', 'BY_', WAITED_BY)
  const number = (name: string) => wait.number(name)
  const at = {
    tid: number('tid'),
    tgid: number('tgid'),
    state: number('state'),
    call: number('call'),
    switches: number('switches'),
    ranNs: number('ran_ns'),
    left: number('left'),
    clock: number('clock'),
    born: number('born'),
    args: number('args'),
    tidAt: wait.offset('tid'),
    tgidAt: wait.offset('tgid'),
    value: wait.offset('args[2]'),
    sp: number('sp'),
    lockKind: number('lock_kind'),
    lockOwner: number('lock_owner'),
    nsTid: number('ns_tid'),
    parent: number('parent'),
    tracer: number('tracer'),
    cpu: number('cpu'),
    flags: number('flags'),
    depth: number('depth'),
    comm: wait.text('comm'),
    lock: wait.offset('lock'),
    file: wait.offset('file'),
    frames: wait.offset('frames'),
    items: item.offset('file'),
    fd: item.number('fd'),
    ip: framed.offset('ip'),
    registers: framed.offset('registers'),
    fileKind: file.number('kind'),
    fileNet: file.number('net'),
    fileTurn: file.number('turn'),
    fileIno: file.number('ino'),
    fileDev: file.number('dev'),
    filePeer: file.offset('peer'),
    tcp: file.offset('tcp'),
    waitedBy: waited.number('how'),
    waitedIno: waited.number('ino'),
    waitedDev: waited.number('fs'),
    isMeta: waited.number('is_meta'),
  }
  const namesOf = namesIn(waited)
  const known = new Map<number, Thread>()
  const roll = openRoll(known)
  let reading = 0
  let before: readonly Thread[] = []

  const noEnds = endsAt(Buffer.alloc(file.place('tcp').bytes), 0)
  /** Most threads wait for no file: what all of them have is there once. */
  const noFile: FileFacts = { kind: 'none', ino: 0, dev: 0, net: 0, turn: 'unknown', peer: 0n, tcp: noEnds }

  const fileAt = (bytes: Buffer, from: number): FileFacts => {
    const kind = fileKinds[at.fileKind(bytes, from)] ?? 'none'
    if (kind === 'none') return noFile
    return {
      kind,
      ino: at.fileIno(bytes, from),
      dev: at.fileDev(bytes, from),
      net: at.fileNet(bytes, from),
      turn: turns[at.fileTurn(bytes, from)] ?? 'unknown',
      peer: bytes.readBigUInt64LE(from + at.filePeer),
      tcp: kind === 'tcp' || kind === 'listener' ? endsAt(bytes, from + at.tcp) : noEnds,
    }
  }

  const framesAt = (bytes: Buffer, from: number): readonly number[] => {
    const depth = Math.min(at.depth(bytes, from), mostFrames)
    if (depth === 0) return NO_FRAMES
    return Array.from({ length: depth }, (_, index) => bytes.readUIntLE(from + at.frames + index * 8, ADDRESS_BYTES))
  }

  const full = (bytes: Buffer, from: number): Thread => {
    const tid = at.tid(bytes, from)
    const flags = at.flags(bytes, from)
    const call = at.call(bytes, from)
    const was = known.get(tid)
    const born = at.born(bytes, from)
    const same = was?.born === born ? was : undefined
    const switches = at.switches(bytes, from)
    const ranNs = at.ranNs(bytes, from)
    const state = at.state(bytes, from)
    const letter = letters[state] ?? '?'
    const still = same !== undefined && same.switches === switches && same.state === letter
    return {
      tid,
      pid: at.tgid(bytes, from),
      state: letter,
      call: nameOf(call),
      switches,
      ranNs,
      ranSinceNs: same ? Math.max(0, ranNs - same.ranNs) : 0,
      leftNs: at.left(bytes, from),
      born,
      args: [0, 1, 2, 3].map((index) => at.args(bytes, from, index)),
      value: bytes.readUInt32LE(from + at.value),
      sp: at.sp(bytes, from),
      lock: bytes.readBigUInt64LE(from + at.lock),
      lockKind: lockKinds[at.lockKind(bytes, from)] ?? 'none',
      lockOwner: at.lockOwner(bytes, from),
      isOneOfSeveral: (flags & flag.oneOfSeveral) !== 0,
      nsTid: at.nsTid(bytes, from),
      parent: at.parent(bytes, from),
      tracer: at.tracer(bytes, from),
      cpu: at.cpu(bytes, from),
      isWorker: (flags & flag.worker) !== 0,
      isSelected: (flags & flag.selected) !== 0,
      limitLevel: (flags >>> flag.limitShift) - 1,
      file: fileAt(bytes, from + at.file),
      items: [],
      // its stack is looked at once while it does not run
      waited: still ? same.waited : undefined,
      registers: undefined,
      comm: at.comm(bytes, from),
      frames: still && at.depth(bytes, from) === 0 ? same.frames : framesAt(bytes, from),
      fresh: true,
      isNew: same === undefined || same.parent !== at.parent(bytes, from),
      stillFrom: still ? same.stillFrom : reading,
      place: 0,
      waiter: undefined,
      still,
      was: still ? same : undefined,
    }
  }

  const registersAt = (bytes: Buffer, from: number): Registers => ({
    ip: bytes.readUIntLE(from + at.ip, ADDRESS_BYTES),
    registers: Array.from({ length: registersCount }, (_, index): [number, number] => [
      index,
      bytes.readUIntLE(from + at.registers + index * 8, ADDRESS_BYTES),
    ]).filter(([, value]) => value !== 0),
  })

  const waitedAt = (bytes: Buffer, from: number): WaitedFile => ({
    by: waitedBy[at.waitedBy(bytes, from)] ?? 'nothing',
    kind: at.isMeta(bytes, from) ? 'metadata' : 'named',
    ino: at.waitedIno(bytes, from),
    dev: at.waitedDev(bytes, from),
    ...namesOf(bytes, from),
  })

  return (bytes: Buffer): Threads => {
    reading++
    // whoever is said in short now has not run
    for (const thread of before) {
      thread.fresh = false
      thread.isNew = false
      thread.still = true
      thread.ranSinceNs = 0
    }
    roll.begin()
    const fresh: Thread[] = []
    let clockNs = 0
    let isIncomplete = false
    for (let from = 0; from + shortBytes <= bytes.length;) {
      const tid = bytes.readUInt32LE(from + at.tidAt)
      if (tid & rows.short) {
        if (!roll.isThere((tid & ~rows.short) >>> 0, bytes.readUInt32LE(from + at.tgidAt))) isIncomplete = true
        from += shortBytes
        continue
      }
      if (tid & rows.item) {
        if (from + item.size > bytes.length) break
        fresh.at(-1)?.items.push({ fd: at.fd(bytes, from), file: fileAt(bytes, from + at.items) })
        from += item.size
        continue
      }
      if (tid & rows.framed) {
        if (from + framed.size > bytes.length) break
        const last = fresh.at(-1)
        if (last) last.registers = registersAt(bytes, from)
        from += framed.size
        continue
      }
      if (tid & rows.waited) {
        if (from + waited.size > bytes.length) break
        const last = fresh.at(-1)
        if (last) last.waited = waitedAt(bytes, from)
        from += waited.size
        continue
      }
      if (from + wait.size > bytes.length) break
      clockNs = Math.max(clockNs, at.clock(bytes, from))
      const thread = full(bytes, from)
      roll.put(thread)
      known.set(tid, thread)
      fresh.push(thread)
      from += wait.size
    }
    for (const thread of fresh) {
      const { was } = thread
      // what a thread polls is known a reading later
      if (was?.waiter && sameItems(was.items, thread.items)) thread.waiter = was.waiter
      // not deleted: that would make the object slow
      thread.was = undefined
    }
    const gone = roll.end()
    for (const tid of gone) known.delete(tid)
    before = fresh
    const isChanged = gone.length > 0 || fresh.some(({ isNew }) => isNew)
    return { reading, byTid: known, fresh, gone, isChanged, clockNs, isIncomplete }
  }
}

/** Names by the numbers of their constants: `pipe` by that of FILE_PIPE. */
const byConstant = <Name extends string>(types: Types, name: string, prefix: string, names: readonly Name[]) => {
  const constants = Object.fromEntries(names.map((each) => [each, prefix + each.toUpperCase()])) as Record<Name, string>
  return namesByNumber(types.values(name, constants))
}

const sameItems = (before: readonly Item[], now: readonly Item[]): boolean =>
  before.length === now.length &&
  before.every(({ fd, file }, index) => {
    const other = now[index]!
    return fd === other.fd && file.ino === other.file.ino && file.turn === other.file.turn
  })
