// Puts compiled objects into the kernel, which looks through every program first: a tenth of a second and more. That is
// done at once, or ahead, in a thread beside ours, so that the engine goes on meanwhile and several are looked through at
// the same time; whoever then loads the same object has it without waiting.
import { basename } from 'node:path'
import koffi from 'koffi'
import type { LoadOptions, LoadPlan } from '../base/load-plan.ts'
import { BpfError, libbpf } from './libbpf.ts'
import type { Pointer } from './libbpf.ts'
import { keepForNext, trimLater } from './trim.ts'

interface Program {
  pointer: Pointer
  iterator: boolean
  /** Where it is: `sys_enter` of `tp_btf/sys_enter`. */
  hook: string
}

interface Opened {
  /** The same for the same programs of the same object in the same sizes. */
  key: string
  object: Pointer
  programs: Map<string, Program>
}

const open = (path: string, options: LoadOptions): Opened => {
  const { programs: isWanted, maxEntries = {}, times = {}, constants = {} } = options
  const lib = libbpf()
  const object = lib.open(path, null) as Pointer
  if (!object) throw new BpfError(`open ${path}`, koffi.errno())
  const programs = new Map<string, Program>()
  for (let pointer: Pointer = lib.nextProgram(object, null); pointer; pointer = lib.nextProgram(object, pointer)) {
    const name: string = lib.programName(pointer)
    const section: string = lib.programSection(pointer)
    if (isWanted && !isWanted(name, section)) lib.setAutoload(pointer, false)
    else programs.set(name, { pointer, iterator: section.startsWith('iter/'), hook: basename(section) })
  }
  for (const [name, entries] of Object.entries(maxEntries)) {
    const map = lib.findMap(object, name) as Pointer
    if (map) lib.setMaxEntries(map, entries)
  }
  for (const [name, factor] of Object.entries(times)) {
    const map = lib.findMap(object, name) as Pointer
    if (map) lib.setMaxEntries(map, (lib.maxEntries(map) as number) * factor)
  }
  for (const [name, value] of Object.entries(constants)) {
    const map = lib.findMap(object, name) as Pointer
    if (!map || lib.setValue(map, value, value.length) < 0) {
      lib.close(object)
      throw new BpfError(`set ${name} of ${path}`, koffi.os.errno['EINVAL']!)
    }
  }
  return { key: JSON.stringify([path, ...programs.keys(), maxEntries, times, constants]), object, programs }
}

/** By key: what has been loaded and not been taken, or why it could not be. */
const ahead = new Map<string, Opened | number>()
let inThreads = 0

/** Resolves once the kernel has taken the object, or has not; never rejects. The promise is of what has to be called in the
 * end, which lets go of what nobody took. */
export const loadAhead = async ({ otherwise, ...plan }: LoadPlan): Promise<() => void> => {
  let opened: Opened
  try {
    opened = open(plan.path, plan)
  } catch {
    // whoever loads it hears why
    return () => {}
  }
  const errno = await inThread(opened.object)
  const { key, object } = opened
  if (errno !== 0) libbpf().close(object)
  ahead.set(key, errno === 0 ? opened : errno)
  const dropOther = errno !== 0 && otherwise ? await loadAhead(otherwise) : undefined
  return () => {
    dropOther?.()
    if (ahead.get(key) === opened) libbpf().close(object)
    ahead.delete(key)
  }
}

/** The object in the kernel: what was loaded ahead, or else now. Throws BpfError. */
export const loaded = (path: string, options: LoadOptions): Omit<Opened, 'key'> => {
  const opened = open(path, options)
  const known = ahead.get(opened.key)
  ahead.delete(opened.key)
  if (typeof known === 'object') {
    libbpf().close(opened.object)
    return known
  }
  // why it was refused ahead libbpf says at a second attempt
  const errno = (options.quiet && known) || loadNow(opened.object, !options.quiet)
  if (errno === 0) return opened
  libbpf().close(opened.object)
  throw new BpfError('load into the kernel', errno)
}

const loadNow = (object: Pointer, says: boolean): number => {
  keepForNext()
  const errno = withWords(says, () => {
    const done: number = libbpf().load(object)
    return done < 0 ? koffi.errno() : 0
  })
  trimLater()
  return errno
}

const inThread = (object: Pointer): Promise<number> => {
  if (inThreads++ === 0) silence()
  keepForNext()
  return new Promise((resolve) => {
    libbpf().load.async(object, (error: unknown, loaded: number) => {
      if (--inThreads === 0) speak()
      trimLater()
      resolve(error ? EIO : Math.max(0, -loaded))
    })
  })
}

const EIO = 5

/** libbpf's own printer, while there is none: it has one for all threads. */
let printer: Pointer | undefined
const silence = (): void => {
  printer ??= libbpf().setPrint(null) as Pointer
}
const speak = (): void => {
  if (printer !== undefined) libbpf().setPrint(printer)
  printer = undefined
}

const withWords = <T>(says: boolean, load: () => T): T => {
  const before = printer
  if (says) speak()
  else silence()
  try {
    return load()
  } finally {
    if (before === undefined) speak()
    else silence()
  }
}
