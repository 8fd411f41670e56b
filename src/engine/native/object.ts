// A compiled object in the kernel: load, attach, iterate, close. Kernel objects live as long as the file descriptors of
// this process, so whatever happens to it, the kernel removes its programs and maps. Knows nothing of any single probe.
import { closeSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import koffi from 'koffi'
import { recordIn } from './record-reader.ts'
import type { RecordReader } from './record-reader.ts'
import { BpfError, libbpf } from './libbpf.ts'
import type { Pointer } from './libbpf.ts'
import { loaded } from './load.ts'
import type { LoadOptions, LoadPlan } from '../base/load-plan.ts'
import { openMap } from './map.ts'
import type { BpfMap } from './map.ts'
import { typesIn } from './btf-types.ts'
import type { Types } from './btf-types.ts'

/** A loaded object. Closing detaches and unloads everything; one that lacks what it is asked for closes itself. */
export interface BpfObject extends Types {
  /** Attach every loaded program that is not an iterator, or the named ones. */
  attach(names?: readonly string[]): void
  /** Takes the named programs from their hooks; they stay loaded. */
  detach(names: readonly string[]): void
  /** Runs a program at an event of perf_event_open, and owns its descriptor; gives what ends it. */
  attachTo(program: string, eventFd: number): () => void
  /** Runs a program where a function of a file begins, or returns, whoever runs it; gives what ends it. */
  attachToFunction(program: string, at: FunctionPlace): () => void
  map(name: string): BpfMap
  /** Reads the members of one of its structs by name. Throws Error when there is none of that name. */
  record(struct: string): RecordReader
  /** Runs an iterator program, over the elements of `map` if it is one for that; hands over all it wrote. The buffer
   * is reused by the next iteration of any object. */
  iterate(program: string, map?: string): Buffer
  /** File descriptors of the loaded programs by name. */
  programFds(): Map<string, number>
  isIterator(program: string): boolean
  /** Where it is, as `sys_enter`. */
  hookOf(program: string): string
  /** How full the maps were that are read as a whole, since the last call. */
  fills(): { name: string; entries: number; maxEntries: number }[]
  close(): void
}

/** Where in an open file it begins, so that nobody reads the file for it. `cookie`: what the program is told it was. */
interface FunctionPlace {
  fd: number
  offset: number
  cookie: number
  isReturn?: boolean
}

const FUNCTION_OPTIONS_BYTES = 40
const EVERYBODY = -1

let iterChunk: Buffer | undefined

/** Opens and loads a compiled object, or takes the one that was loaded ahead. Nothing runs until attach(). Throws BpfError. */
export const loadObject = (path: string, options: LoadOptions = {}): BpfObject => {
  const lib = libbpf()
  const { object, programs } = loaded(path, options)
  const links = new Map<string, Pointer>()
  let several = 0
  const maps = new Map<string, BpfMap>()
  // whoever starts a probe with it has no use for it then, and does not get it out of the kernel either
  const types = typesIn(lib.objectBtf(object) as Pointer, basename(path), () => close())
  let isClosed = false

  const link = (name: string, overMap?: string): Pointer => {
    const existing = links.get(name)
    if (existing) return existing
    const program = programs.get(name)
    if (!program) throw new Error(`no loaded program ${name}`)
    const opts = overMap && { size: 24, linkInfo: [lib.mapFd(lib.findMap(object, overMap))], linkInfoLength: 4 }
    const made = (
      program.iterator ? lib.attachIter(program.pointer, opts || null) : lib.attach(program.pointer)
    ) as Pointer
    if (!made) throw new BpfError(`attach ${name}`, koffi.errno())
    links.set(name, made)
    return made
  }

  /** Of a program that is at several places. Gives what ends this one. */
  const oneOfSeveral = (name: string, made: Pointer | null): (() => void) => {
    if (!made) throw new BpfError(`attach ${name}`, koffi.errno())
    const key = `${name} ${++several}`
    links.set(key, made)
    return () => {
      if (links.delete(key)) lib.destroyLink(made)
    }
  }

  const close = (): void => {
    if (isClosed) return
    isClosed = true
    for (const link of links.values()) lib.destroyLink(link)
    links.clear()
    for (const map of maps.values()) map.close()
    maps.clear()
    lib.close(object)
  }

  return {
    ...types,
    attach(names) {
      for (const name of names ?? [...programs.keys()].filter((key) => !programs.get(key)!.iterator)) link(name)
    },
    detach(names) {
      for (const name of names) {
        const made = links.get(name)
        if (links.delete(name)) lib.destroyLink(made!)
      }
    },
    attachTo(name, eventFd) {
      const made = lib.attachPerfEvent(programs.get(name)!.pointer, eventFd) as Pointer
      return oneOfSeveral(name, made)
    },
    attachToFunction(name, { fd, offset, cookie, isReturn = false }) {
      const opts = { size: FUNCTION_OPTIONS_BYTES, counter: 0, cookie, isReturn, symbol: null }
      const path = `/proc/self/fd/${fd}`
      const made = lib.attachFunction(programs.get(name)!.pointer, EVERYBODY, path, offset, opts) as Pointer
      return oneOfSeveral(name, made)
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
    record: (struct) => recordIn(types, struct),
    iterate(program, map) {
      const fd: number = lib.iterCreate(lib.linkFd(link(program, map)))
      if (fd < 0) throw new BpfError(`read ${program}`, koffi.errno())
      // the kernel writes at most 32 KiB a read; the buffer grows to the largest answer and stays
      iterChunk ??= Buffer.alloc(256 * 1024)
      try {
        for (let length = 0; ;) {
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
    isIterator: (name) => programs.get(name)!.iterator,
    hookOf: (name) => programs.get(name)!.hook,
    fills: () =>
      [...maps]
        .map(([name, map]) => ({ name, entries: map.takeFill(), maxEntries: map.maxEntries }))
        .filter(({ entries }) => entries > 0),
    close,
  }
}

/** What is planned, or what is meant otherwise, with why the first was `refused`. Throws BpfError where neither is taken. */
export const loadPlanned = ({ path, otherwise, ...options }: LoadPlan): { object: BpfObject; refused?: BpfError } => {
  if (!otherwise) return { object: loadObject(path, options) }
  try {
    return { object: loadObject(path, { ...options, quiet: true }) }
  } catch (error) {
    if (!(error instanceof BpfError)) throw error
    return { ...loadPlanned(otherwise), refused: error }
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
