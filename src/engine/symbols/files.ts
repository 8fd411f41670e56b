// The files that processes run code from, each opened and read once for all of them. An open file stays what it was,
// also when it is replaced on disk, or when nobody who ran it is left; so processes that are gone keep their names.
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { bytesOfFile } from './bytes.ts'
import { findDebugFile } from './debug-file.ts'
import { openInlined } from './dwarf/inlined.ts'
import type { Inlined } from './dwarf/inlined.ts'
import { openElf, SECTION } from './elf.ts'
import { readFunctions } from './functions.ts'
import type { Functions } from './functions.ts'
import { readable } from './names.ts'
import type { Region } from './regions.ts'

export interface CodeFile {
  /** What is at an offset; `pending`: the file is still being read. */
  at(offset: number): Place | 'pending'
}

export interface Place {
  /** Of the function; undefined: none is known. */
  name: string | undefined
  /** Functions that were inlined into it there, innermost first. At first it may seem that there are none. */
  inlined: readonly string[]
}

export interface CodeFiles {
  /** Of a process that is there now; undefined when its file cannot be had. */
  open(pid: number, region: Region): CodeFile | undefined
  close(): void
}

const MOST_FILES = 512
const MOST_PLACES = 50_000
const DEBUG = '.debug_info'
const NOTHING: Place = { name: undefined, inlined: [] }

interface Known extends CodeFile {
  release(): void
}

/** `onLeftOut` is told of files in which nothing inlined is looked up, and why. */
export const openFiles = (onLeftOut: (module: string, why: string) => void): CodeFiles => {
  // in the order in which they were asked for last
  const known = new Map<string, Known>()
  return {
    open(pid, region) {
      const found = known.get(region.file) ?? openFile(pid, region, onLeftOut)
      if (!found) return undefined
      known.delete(region.file)
      known.set(region.file, found)
      const oldest = known.keys().next().value!
      if (known.size > MOST_FILES) {
        known.get(oldest)!.release()
        known.delete(oldest)
      }
      return found
    },
    close() {
      for (const file of known.values()) file.release()
      known.clear()
    },
  }
}

const openFile = (pid: number, { range, path, module }: Region, onLeftOut: (module: string, why: string) => void): Known | undefined => {
  // the very file that is mapped, in whatever mount namespace, deleted or not
  const fd = openPlain(`/proc/${pid}/map_files/${range}`)
  if (fd === undefined) return undefined
  const descriptors = [fd]
  let addressOf: (offset: number) => number | undefined = () => undefined
  let functions: Functions | undefined
  let inlined: Inlined | undefined
  let reading = true
  let released = false
  const end = async (): Promise<void> => {
    await inlined?.stop()
    descriptors.splice(0).forEach((one) => closeSync(one))
  }
  const places = new Map<number, Place>()

  const openOther = (other: string): number | undefined => {
    const opened = openPlain(other)
    if (opened !== undefined) descriptors.push(opened)
    return opened
  }
  const readAll = async (): Promise<void> => {
    const elf = await openElf(bytesOfFile(fd))
    if (!elf) return
    addressOf = elf.addressOf
    const isWhole = elf.section(SECTION.symbols) && elf.section(DEBUG)
    const debug = isWhole ? undefined : await findDebugFile(elf, pid, path, openOther)
    functions = await readFunctions(elf.section(SECTION.symbols) || !debug?.section(SECTION.symbols) ? elf : debug)
    const informed = [elf, debug].find((one) => one?.section(DEBUG))
    if (informed && !released) inlined = openInlined(informed, (why) => onLeftOut(module, why))
  }
  readAll().catch(() => undefined).finally(() => {
    reading = false
    if (released) void end()
  })

  return {
    at(offset) {
      if (reading) return 'pending'
      const known = places.get(offset)
      if (known || released) return known ?? NOTHING
      const address = addressOf(offset)
      if (address === undefined) return NOTHING
      const name = functions?.name(address)
      const inside = inlined ? inlined.at(address) : []
      const place = { name: name ? readable(name) : undefined, inlined: inside?.map(readable) ?? [] }
      if (places.size >= MOST_PLACES) places.clear()
      if (inside) places.set(offset, place)
      return place
    },
    release() {
      released = true
      if (!reading) void end()
    },
  }
}

const openPlain = (path: string): number | undefined => {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
  if (fstatSync(fd).isFile()) return fd
  closeSync(fd)
  return undefined
}
