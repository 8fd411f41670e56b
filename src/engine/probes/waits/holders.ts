// Who has the other end of pipes and sockets, or the same event counter: asked of the kernel for all files of all
// processes at once, when something new is waited for, and no more often than a four-hundredth of a CPU allows: with 8,000
// threads every other second; where all is known that is waited for, only to see whether it is so still, with a quarter of
// that.
import type { BpfMap } from '../../native/map.ts'
import type { BpfObject } from '../../native/object.ts'
import { createPace } from '../../proc/pace.ts'
import type { FileFacts, FileKind } from './thread.ts'

const NOBODY: readonly number[] = []
const NOBODY_FOUND: readonly Found[] = []
const MOST_WANTED = 500
const REFRESH_MS = 3000
/** For one of searching, so many of rest; more where nothing is new. */
const REST = 400
const REST_OF_KNOWN = 1600
/** Of `struct file`. */
const FMODE = { read: 1, write: 2 }

export interface Found {
  pid: number
  canRead: boolean
  canWrite: boolean
}

/** Undefined: it is not known yet. */
type HoldersOf = (file: FileFacts) => readonly Found[] | undefined

export interface HolderSearch {
  of: HoldersOf
  /** Processes that serve the file system on this device (FUSE); undefined: it is not known yet. */
  serves(dev: number): readonly Found[] | undefined
  /** Processes that listen on a port, in a network namespace. */
  listens(net: number, port: number): readonly number[]
  /** Changes with each search. */
  version(): number
  /** Searches, if something is wanted that was not; before the next reading. */
  search(): void
}

export const openHolders = (object: BpfObject, nowMs: () => number): HolderSearch => {
  const map: BpfMap = object.map('wanted')
  const wanted = object.record('wanted')
  const wantedAt = object.layout('wanted', ['kind', 'peer', 'tcp'])
  const tcpBytes = wanted.place('tcp').bytes
  const kinds: Partial<Record<FileKind, number>> = object.values('wanted_kind', {
    pipe: 'WANTED_PIPE',
    unix: 'WANTED_SOCKET',
    tcp: 'WANTED_TCP',
    other: 'WANTED_OTHER',
  })
  const { fuse } = object.values('wanted_kind', { fuse: 'WANTED_FUSE' })
  /** In place of a number of what is wanted. */
  const { listens } = object.values('holder_number', { listens: 'LISTENS' })
  const holder = object.record('holder')
  const at = {
    number: holder.number('number'),
    tgid: holder.number('tgid'),
    fd: holder.number('fd'),
    mode: holder.number('mode'),
  }
  let listeners = new Map<string, number[]>()
  /** Asked for since the last search. */
  let isListening = false
  let known = new Map<string, Found[]>()
  /** Asked for since the last search. */
  let asked = new Map<string, Buffer>()
  const pace = createPace(nowMs, REST)
  let version = 0

  const keyOf = (kind: number, peer: bigint): Buffer => {
    const key = Buffer.alloc(wanted.size)
    key.writeUInt32LE(kind, wantedAt.kind)
    key.writeBigUInt64LE(peer, wantedAt.peer)
    return key
  }
  const keyOfFile = ({ kind, peer, tcp }: FileFacts): Buffer | undefined => {
    const number = kinds[kind]
    if (number === undefined || (kind !== 'tcp' && peer === 0n)) return undefined
    const key = keyOf(number, kind === 'tcp' ? 0n : peer)
    if (kind === 'tcp') tcp.otherEnd().copy(key, wantedAt.tcp, 0, tcpBytes)
    return key
  }
  const ask = (name: string, key: Buffer): readonly Found[] | undefined => {
    if (asked.size < MOST_WANTED) asked.set(name, key)
    return known.get(name)
  }

  const search = (): void => {
    map.drain()
    const names = [...asked.keys()]
    const value = Buffer.alloc(4)
    names.forEach((name, index) => {
      value.writeUInt32LE(index, 0)
      map.update(asked.get(name)!, value)
    })
    const found = new Map(names.map((name): [string, Found[]] => [name, []]))
    listeners = new Map()
    const bytes = names.length > 0 || isListening ? object.iterate('find_holders') : Buffer.alloc(0)
    isListening = false
    for (let from = 0; from < bytes.length; from += holder.size) {
      const number = at.number(bytes, from)
      const pid = at.tgid(bytes, from)
      const mode = at.mode(bytes, from)
      if (number === listens) {
        addTo(listeners, `${mode} ${at.fd(bytes, from)}`, pid)
        continue
      }
      const list = found.get(names[number] ?? '')
      const one = list?.find((each) => each.pid === pid)
      if (one) {
        one.canRead ||= (mode & FMODE.read) !== 0
        one.canWrite ||= (mode & FMODE.write) !== 0
      } else list?.push({ pid, canRead: (mode & FMODE.read) !== 0, canWrite: (mode & FMODE.write) !== 0 })
    }
    known = found
    version++
    asked = new Map()
  }

  return {
    of(file) {
      const key = keyOfFile(file)
      // addresses are used again, numbers of inodes are not
      return key ? ask(`${key.toString('latin1')} ${file.ino}`, key) : NOBODY_FOUND
    },
    serves: (dev) => ask(`serves ${dev}`, keyOf(fuse, BigInt(dev))),
    listens(net, port) {
      isListening = true
      return listeners.get(`${net} ${port}`) ?? NOBODY
    },
    version: () => version,
    search() {
      const isNew = [...asked.keys()].some((name) => !known.has(name))
      const restMs = isNew ? 0 : Math.max(REFRESH_MS, pace.costMs() * REST_OF_KNOWN)
      if (pace.hasRested() && pace.sinceMs() >= restMs) pace.spend(search)
    },
  }
}

const addTo = (lists: Map<string, number[]>, key: string, pid: number): void => {
  const list = lists.get(key)
  if (!list) lists.set(key, [pid])
  else if (!list.includes(pid)) list.push(pid)
}
