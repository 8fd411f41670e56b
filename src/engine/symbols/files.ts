// The files that processes run code from, each opened and read once for all of them. An open file stays what it was,
// also when it is replaced on disk, or when nobody who ran it is left; so processes that are gone keep their names.
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { bytesOfFile } from './bytes.ts'
import { findDebugFile } from './debug-file.ts'
import { openElf, SECTION } from './elf.ts'
import { readFunctions } from './functions.ts'
import type { Functions } from './functions.ts'
import { readable } from './names.ts'
import type { Region } from './regions.ts'

export interface CodeFile {
  /** The function at an offset; undefined: none is known, `pending`: the file is still being read. */
  name(offset: number): string | undefined | 'pending'
}

export interface CodeFiles {
  /** Of a process that is there now; undefined when its file cannot be had. */
  open(pid: number, region: Region): CodeFile | undefined
  close(): void
}

const MOST_FILES = 512
const MOST_NAMES = 50_000

interface Known extends CodeFile {
  release(): void
}

export const openFiles = (): CodeFiles => {
  // in the order in which they were asked for last
  const known = new Map<string, Known>()
  return {
    open(pid, region) {
      const found = known.get(region.file) ?? openFile(pid, region)
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

const openFile = (pid: number, { range, path }: Region): Known | undefined => {
  // the very file that is mapped, in whatever mount namespace, deleted or not
  const fd = openPlain(`/proc/${pid}/map_files/${range}`)
  if (fd === undefined) return undefined
  const descriptors = [fd]
  let addressOf: (offset: number) => number | undefined = () => undefined
  let functions: Functions | undefined
  let reading = true
  let released = false
  const closeAll = (): void => descriptors.splice(0).forEach((one) => closeSync(one))
  const names = new Map<number, string | undefined>()

  const openOther = (other: string): number | undefined => {
    const opened = openPlain(other)
    if (opened !== undefined) descriptors.push(opened)
    return opened
  }
  const readAll = async (): Promise<void> => {
    const elf = await openElf(bytesOfFile(fd))
    if (!elf) return
    addressOf = elf.addressOf
    const isWhole = elf.section(SECTION.symbols) !== undefined
    const debug = isWhole ? undefined : await findDebugFile(elf, pid, path, openOther)
    functions = await readFunctions(debug?.section(SECTION.symbols) ? debug : elf)
  }
  readAll().catch(() => undefined).finally(() => {
    reading = false
    if (released) closeAll()
  })

  return {
    name(offset) {
      if (reading) return 'pending'
      if (released) return undefined
      if (names.has(offset)) return names.get(offset)
      const address = addressOf(offset)
      const found = address === undefined ? undefined : functions?.name(address)
      const name = found === undefined || found === '' ? undefined : readable(found)
      if (names.size >= MOST_NAMES) names.clear()
      names.set(offset, name)
      return name
    },
    release() {
      released = true
      if (!reading) closeAll()
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
