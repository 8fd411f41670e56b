// Maps of a loaded object: look-up, update, and whole tables in one call.
import koffi from 'koffi'
import { BpfError, libbpf, possibleCpus } from './libbpf.ts'
import type { Pointer } from './libbpf.ts'

export interface BpfMap {
  readonly fd: number
  readonly keySize: number
  /** Bytes of one value; for per-CPU maps rounded up to 8, and a look-up returns one for each possible CPU. */
  readonly valueSize: number
  readonly maxEntries: number
  /** The value under `key`, undefined when there is none. The buffer is reused by the next look-up. */
  lookup(key: Buffer): Buffer | undefined
  /** Of an array, so many values from a place on, each of valueSize bytes. The buffer is reused by the next call. */
  range(first: number, count: number): Buffer
  update(key: Buffer, value: Buffer): void
  delete(key: Buffer): void
  /** All entries; `values` holds valueSize (x CPUs) bytes for each. Buffers are reused by the next call. */
  all(): { count: number; keys: Buffer; values: Buffer }
  /** The same, and removes them. */
  drain(): { count: number; keys: Buffer; values: Buffer }
  /** The memory itself of an array made with BPF_F_MMAPABLE: all its values, as they are at that moment; not to be read
   * after the object is closed. Throws BpfError. */
  mapped(): Buffer
  /** The most entries that all() or drain() found since the last call. */
  takeFill(): number
  /** Lets go of the memory. */
  close(): void
}

const PER_CPU_TYPES = new Set([5, 6, 10]) // per-CPU hash, array, LRU hash
const ARRAY_TYPES = new Set([2, 6]) // always full, which means nothing
const ENOENT = 2
const PROT_READ = 1
const MAP_SHARED = 1
const MAP_FAILED = 2n ** 64n - 1n
/** Entries that are asked for at first; as many as there were already from then on. */
const BATCH = 128

export const openMap = (map: Pointer, name: string): BpfMap => {
  const lib = libbpf()
  const fd: number = lib.mapFd(map)
  const keySize: number = lib.keySize(map)
  const perCpu = PER_CPU_TYPES.has(lib.mapType(map))
  const isArray = ARRAY_TYPES.has(lib.mapType(map))
  const rawSize: number = lib.valueSize(map)
  const valueSize = perCpu ? Math.ceil(rawSize / 8) * 8 : rawSize
  const maxEntries: number = lib.maxEntries(map)
  const entryBytes = perCpu ? valueSize * possibleCpus() : valueSize
  const value = Buffer.alloc(entryBytes)
  let keys = Buffer.alloc(0)
  let values = Buffer.alloc(0)
  let fill = 0
  let memory: { at: Pointer; buffer: Buffer } | undefined

  const grow = (entries: number): void => {
    if (keys.length >= entries * keySize) return
    const biggerKeys = Buffer.alloc(entries * keySize)
    const biggerValues = Buffer.alloc(entries * entryBytes)
    keys.copy(biggerKeys)
    values.copy(biggerValues)
    keys = biggerKeys
    values = biggerValues
  }

  const position = Buffer.alloc(Math.max(keySize, 8))
  const size = Buffer.alloc(4)

  const batch = (call: typeof lib.lookupBatch) => {
    let count = 0
    for (let first = true; ; first = false) {
      // one call may need room for a whole hash bucket, so ask for more each time it does not fit (ENOSPC)
      let room = Math.min(Math.max(BATCH, count), maxEntries)
      let result: number
      let errno: number
      for (;;) {
        grow(count + room)
        size.writeUInt32LE(room)
        result = call(
          fd,
          first ? null : position,
          position,
          count === 0 ? keys : keys.subarray(count * keySize),
          count === 0 ? values : values.subarray(count * entryBytes),
          size,
          null,
        )
        errno = result < 0 ? koffi.errno() : 0
        if (errno !== koffi.os.errno.ENOSPC || room >= maxEntries) break
        room = Math.min(room * 4, maxEntries)
      }
      if (errno !== 0 && errno !== ENOENT) throw new BpfError(`read map ${name}`, errno)
      count += size.readUInt32LE()
      if (errno === ENOENT) {
        if (!isArray) fill = Math.max(fill, count)
        return { count, keys, values }
      }
    }
  }

  return {
    fd,
    keySize,
    valueSize,
    maxEntries,
    lookup(key) {
      if (lib.lookup(fd, key, value) === 0) return value
      const errno = koffi.errno()
      if (errno === ENOENT) return undefined
      throw new BpfError(`read map ${name}`, errno)
    },
    range(first, count) {
      grow(count)
      size.writeUInt32LE(count)
      // from the one behind that key
      position.writeUInt32LE(Math.max(0, first - 1))
      const result = lib.lookupBatch(fd, first === 0 ? null : position, position, keys, values, size, null)
      const errno = result < 0 ? koffi.errno() : 0
      // behind the last there is none
      if ((errno !== 0 && errno !== ENOENT) || size.readUInt32LE() !== count)
        throw new BpfError(`read map ${name}`, errno)
      return values.subarray(0, count * entryBytes)
    },
    update(key, bytes) {
      if (lib.update(fd, key, bytes, 0) < 0) throw new BpfError(`write map ${name}`, koffi.errno())
    },
    delete(key) {
      if (lib.remove(fd, key) < 0 && koffi.errno() !== ENOENT)
        throw new BpfError(`delete in map ${name}`, koffi.errno())
    },
    all: () => batch(lib.lookupBatch),
    drain: () => batch(lib.drainBatch),
    mapped() {
      if (!memory) {
        const at = lib.mmap(null, valueSize * maxEntries, PROT_READ, MAP_SHARED, fd, 0) as bigint
        if (at === MAP_FAILED) throw new BpfError(`map ${name} into memory`, koffi.errno())
        memory = { at, buffer: Buffer.from(koffi.view(at, valueSize * maxEntries)) }
      }
      return memory.buffer
    },
    takeFill() {
      const most = fill
      fill = 0
      return most
    },
    close() {
      if (memory) lib.munmap(memory.at, memory.buffer.length)
      memory = undefined
    },
  }
}
