// The one binding to libbpf.so.1, through koffi: open, load, attach, read, close. Kernel objects live as long as the
// file descriptors of this process, so whatever happens to it, the kernel removes its programs and maps.
// Knows nothing of any single probe. Errors are BpfError with the step and errno; libbpf's own words go to stderr.
import { closeSync, readSync } from 'node:fs'
import koffi from 'koffi'

export class BpfError extends Error {
  readonly errno: number
  constructor(step: string, errno: number) {
    super(`${step}: ${errnoText(errno)}`)
    this.errno = errno
  }
}

const errnoText = (errno: number): string =>
  Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`

type Pointer = object | bigint | null

const bind = () => {
  const lib = koffi.load('libbpf.so.1')
  // both as in libbpf.h; of the union only the first member, the map whose elements are walked
  const iterOptions = koffi.struct({ size: 'size_t', linkInfo: 'const uint32_t *', linkInfoLength: 'uint32_t' })
  return {
    open: lib.func('void *bpf_object__open_file(const char *path, const void *opts)'),
    load: lib.func('int bpf_object__load(void *obj)'),
    close: lib.func('void bpf_object__close(void *obj)'),
    nextProgram: lib.func('void *bpf_object__next_program(void *obj, void *prog)'),
    programName: lib.func('const char *bpf_program__name(void *prog)'),
    programSection: lib.func('const char *bpf_program__section_name(void *prog)'),
    setAutoload: lib.func('int bpf_program__set_autoload(void *prog, bool autoload)'),
    programFd: lib.func('int bpf_program__fd(void *prog)'),
    attach: lib.func('void *bpf_program__attach(void *prog)'),
    attachIter: lib.func('bpf_program__attach_iter', 'void *', ['void *', koffi.pointer(iterOptions)]),
    destroyLink: lib.func('int bpf_link__destroy(void *link)'),
    linkFd: lib.func('int bpf_link__fd(void *link)'),
    iterCreate: lib.func('int bpf_iter_create(int link_fd)'),
    findMap: lib.func('void *bpf_object__find_map_by_name(void *obj, const char *name)'),
    mapFd: lib.func('int bpf_map__fd(void *map)'),
    setMaxEntries: lib.func('int bpf_map__set_max_entries(void *map, uint32_t entries)'),
    setAutocreate: lib.func('int bpf_map__set_autocreate(void *map, bool autocreate)'),
    keySize: lib.func('uint32_t bpf_map__key_size(void *map)'),
    valueSize: lib.func('uint32_t bpf_map__value_size(void *map)'),
    maxEntries: lib.func('uint32_t bpf_map__max_entries(void *map)'),
    mapType: lib.func('int bpf_map__type(void *map)'),
    lookup: lib.func('int bpf_map_lookup_elem(int fd, const void *key, void *value)'),
    update: lib.func('int bpf_map_update_elem(int fd, const void *key, const void *value, uint64_t flags)'),
    remove: lib.func('int bpf_map_delete_elem(int fd, const void *key)'),
    lookupBatch: lib.func(
      'int bpf_map_lookup_batch(int fd, void *in, void *out, void *keys, void *values, uint32_t *count, const void *opts)',
    ),
    drainBatch: lib.func(
      'int bpf_map_lookup_and_delete_batch(int fd, void *in, void *out, void *keys, void *values, uint32_t *count, const void *opts)',
    ),
    possibleCpus: lib.func('int libbpf_num_possible_cpus()'),
    version: lib.func('const char *libbpf_version_string()'),
    loadVmlinuxBtf: lib.func('void *btf__load_vmlinux_btf()'),
    freeBtf: lib.func('void btf__free(void *btf)'),
    findBtf: lib.func('int btf__find_by_name_kind(void *btf, const char *name, uint32_t kind)'),
    btfType: lib.func('void *btf__type_by_id(void *btf, uint32_t id)'),
  }
}

let bound: ReturnType<typeof bind> | undefined
/** Throws when libbpf.so.1 is not installed. */
const libbpf = () => (bound ??= bind())

export const libbpfVersion = (): string => libbpf().version()
export const possibleCpus = (): number => libbpf().possibleCpus()

const BTF_KIND_TYPEDEF = 8

/**
 * Number of arguments of each named tracepoint of the running kernel, from its BTF; 0 where the kernel has none of
 * that name. Throws BpfError when the kernel has no BTF.
 */
export const tracepointArguments = (names: readonly string[]): Map<string, number> => {
  const lib = libbpf()
  const btf = lib.loadVmlinuxBtf() as Pointer
  if (!btf) throw new BpfError('read the kernel\'s type information (BTF)', koffi.errno())
  // struct btf_type is { u32 name, u32 info, u32 size_or_type }; typedef -> pointer -> function prototype
  const type = (id: number): number[] => koffi.decode(lib.btfType(btf, id), 'uint32_t', 3) as number[]
  try {
    return new Map(
      names.map((name) => {
        const id = lib.findBtf(btf, `btf_trace_${name}`, BTF_KIND_TYPEDEF) as number
        if (id < 0) return [name, 0]
        const prototype = type(type(type(id)[2]!)[2]!)
        return [name, (prototype[1]! & 0xffff) - 1] // the first is the tracepoint's private data
      }),
    )
  } finally {
    lib.freeBtf(btf)
  }
}

export interface LoadOptions {
  /** Programs to load, by function name; default all. */
  programs?: (name: string) => boolean
  /** Maps not to create (only programs that are not loaded may use them). */
  skipMaps?: readonly string[]
  /** Other sizes than the object's own. */
  maxEntries?: Readonly<Record<string, number>>
}

/** A loaded object. Close it once; closing detaches and unloads everything. */
export interface BpfObject {
  /** Attach every loaded program that is not an iterator, or the named ones. */
  attach(names?: readonly string[]): void
  detach(names: readonly string[]): void
  map(name: string): BpfMap
  /** Runs an iterator program, over the elements of `map` if it is one for that; hands over all it wrote. The buffer
   * is reused by the next iteration of any object. */
  iterate(program: string, map?: string): Buffer
  /** File descriptors of the loaded programs by name. */
  programFds(): Map<string, number>
  close(): void
}

export interface BpfMap {
  readonly fd: number
  readonly keySize: number
  /** Bytes of one value; for per-CPU maps rounded up to 8, and a look-up returns one for each possible CPU. */
  readonly valueSize: number
  readonly maxEntries: number
  /** The value under `key`, undefined when there is none. The buffer is reused by the next look-up. */
  lookup(key: Buffer): Buffer | undefined
  update(key: Buffer, value: Buffer): void
  delete(key: Buffer): void
  /** All entries; `values` holds valueSize (x CPUs) bytes for each. Buffers are reused by the next call. */
  all(): { count: number; keys: Buffer; values: Buffer }
  /** The same, and removes them. */
  drain(): { count: number; keys: Buffer; values: Buffer }
}

const PER_CPU_TYPES = new Set([5, 6, 10]) // per-CPU hash, array, LRU hash
const ENOENT = 2
const BATCH = 1024
let iterChunk: Buffer | undefined

const openMap = (map: Pointer, name: string): BpfMap => {
  const lib = libbpf()
  const fd: number = lib.mapFd(map)
  const keySize: number = lib.keySize(map)
  const perCpu = PER_CPU_TYPES.has(lib.mapType(map))
  const rawSize: number = lib.valueSize(map)
  const valueSize = perCpu ? Math.ceil(rawSize / 8) * 8 : rawSize
  const maxEntries: number = lib.maxEntries(map)
  const entryBytes = perCpu ? valueSize * possibleCpus() : valueSize
  const value = Buffer.alloc(entryBytes)
  let keys = Buffer.alloc(0)
  let values = Buffer.alloc(0)

  const grow = (entries: number): void => {
    if (keys.length >= entries * keySize) return
    const biggerKeys = Buffer.alloc(entries * keySize)
    const biggerValues = Buffer.alloc(entries * entryBytes)
    keys.copy(biggerKeys)
    values.copy(biggerValues)
    keys = biggerKeys
    values = biggerValues
  }

  const batch = (call: typeof lib.lookupBatch) => {
    const position = Buffer.alloc(Math.max(keySize, 8))
    const size = Buffer.alloc(4)
    let count = 0
    for (let first = true; ; first = false) {
      // one call may need room for a whole hash bucket, so ask for more each time it does not fit (ENOSPC)
      let room = Math.min(BATCH, maxEntries)
      let result: number
      let errno: number
      for (;;) {
        grow(count + room)
        size.writeUInt32LE(room)
        result = call(
          fd, first ? null : position, position, keys.subarray(count * keySize), values.subarray(count * entryBytes), size, null,
        )
        errno = result < 0 ? koffi.errno() : 0
        if (errno !== koffi.os.errno.ENOSPC || room >= maxEntries) break
        room = Math.min(room * 4, maxEntries)
      }
      if (errno !== 0 && errno !== ENOENT) throw new BpfError(`read map ${name}`, errno)
      count += size.readUInt32LE()
      if (errno === ENOENT) return { count, keys, values }
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
    update(key, bytes) {
      if (lib.update(fd, key, bytes, 0) < 0) throw new BpfError(`write map ${name}`, koffi.errno())
    },
    delete(key) {
      if (lib.remove(fd, key) < 0 && koffi.errno() !== ENOENT) throw new BpfError(`delete in map ${name}`, koffi.errno())
    },
    all: () => batch(lib.lookupBatch),
    drain: () => batch(lib.drainBatch),
  }
}

/** Opens and loads a compiled object. Nothing runs until attach(). Throws BpfError. */
export const loadObject = (path: string, options: LoadOptions = {}): BpfObject => {
  const lib = libbpf()
  const object = lib.open(path, null) as Pointer
  if (!object) throw new BpfError(`open ${path}`, koffi.errno())
  const programs = new Map<string, { pointer: Pointer; iterator: boolean }>()
  const links = new Map<string, Pointer>()
  const maps = new Map<string, BpfMap>()

  const close = (): void => {
    for (const link of links.values()) lib.destroyLink(link)
    links.clear()
    lib.close(object)
  }

  const link = (name: string, overMap?: string): Pointer => {
    const existing = links.get(name)
    if (existing) return existing
    const program = programs.get(name)
    if (!program) throw new Error(`no loaded program ${name}`)
    const opts = overMap && { size: 24, linkInfo: [lib.mapFd(lib.findMap(object, overMap))], linkInfoLength: 4 }
    const made = (program.iterator ? lib.attachIter(program.pointer, opts || null) : lib.attach(program.pointer)) as Pointer
    if (!made) throw new BpfError(`attach ${name}`, koffi.errno())
    links.set(name, made)
    return made
  }

  try {
    for (let pointer: Pointer = lib.nextProgram(object, null); pointer; pointer = lib.nextProgram(object, pointer)) {
      const name: string = lib.programName(pointer)
      if (options.programs && !options.programs(name)) lib.setAutoload(pointer, false)
      else programs.set(name, { pointer, iterator: (lib.programSection(pointer) as string).startsWith('iter/') })
    }
    for (const name of options.skipMaps ?? []) lib.setAutocreate(lib.findMap(object, name), false)
    for (const [name, entries] of Object.entries(options.maxEntries ?? {})) {
      lib.setMaxEntries(lib.findMap(object, name), entries)
    }
    if (lib.load(object) < 0) throw new BpfError('load into the kernel', koffi.errno())
  } catch (error) {
    close()
    throw error
  }

  return {
    attach(names) {
      for (const name of names ?? [...programs.keys()].filter((key) => !programs.get(key)!.iterator)) link(name)
    },
    detach(names) {
      for (const name of names) {
        const made = links.get(name)
        if (made) lib.destroyLink(made)
        links.delete(name)
      }
    },
    map(name) {
      const known = maps.get(name)
      if (known) return known
      const pointer = lib.findMap(object, name) as Pointer
      if (!pointer) throw new Error(`no map ${name}`)
      const opened = openMap(pointer, name)
      maps.set(name, opened)
      return opened
    },
    iterate(program, map) {
      const fd: number = lib.iterCreate(lib.linkFd(link(program, map)))
      if (fd < 0) throw new BpfError(`read ${program}`, koffi.errno())
      // the kernel writes at most 32 KiB a read; the buffer grows to the largest answer and stays
      iterChunk ??= Buffer.alloc(256 * 1024)
      try {
        for (let length = 0; ; ) {
          if (length === iterChunk.length) iterChunk = Buffer.concat([iterChunk, Buffer.alloc(length)])
          const got = readIterator(fd, iterChunk, length)
          if (got === 0) return iterChunk.subarray(0, length)
          length += got
        }
      } finally {
        closeSync(fd)
      }
    },
    programFds: () => new Map([...programs].map(([name, program]) => [name, lib.programFd(program.pointer)])),
    close,
  }
}

/** An iterator answers EAGAIN after a very long stretch without output (task_file on a large machine): read on. */
const readIterator = (fd: number, into: Buffer, offset: number): number => {
  for (;;) {
    try {
      return readSync(fd, into, offset, into.length - offset, null)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}
