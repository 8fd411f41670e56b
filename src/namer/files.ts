// The files that processes run code from, each opened and read once for all of them. An open file stays what it was,
// also when it is replaced on disk, or when nobody who ran it is left; so processes that are gone keep their names.
import { closeSync } from 'node:fs'
import { bytesOfFile, openPlain, whileWanted } from './bytes.ts'
import { readCodeFile } from './code-file.ts'
import type { CodeFile } from './code-file.ts'
import { findDebugFile } from './debug-file.ts'
import type { PlainFile } from './debug-file.ts'
import { VDSO } from './regions.ts'
import type { Region } from './regions.ts'
import { readVdso } from './vdso.ts'

export interface CodeFiles {
  /** Of a process that is there now; undefined when its file cannot be had. */
  open(pid: number, region: Region): CodeFile | undefined
  close(): void
}

const MOST_FILES = 512

/** `onLeftOut` is told of files in which nothing inlined is looked up, and why. */
export const openFiles = (onLeftOut: (module: string, why: string) => void): CodeFiles => {
  // in the order in which they were asked for last
  const known = new Map<string, CodeFile>()
  const open = (pid: number, region: Region): CodeFile | undefined =>
    region.file === VDSO ? openVdso() : openFile(pid, region, (why) => onLeftOut(region.module, why))

  return {
    open(pid, region) {
      const found = known.get(region.file) ?? open(pid, region)
      if (!found) return undefined
      known.delete(region.file)
      known.set(region.file, found)
      const oldest = known.keys().next().value!
      if (known.size > MOST_FILES) {
        void known.get(oldest)!.stop()
        known.delete(oldest)
      }
      return found
    },
    close() {
      for (const file of known.values()) void file.stop()
      known.clear()
    },
  }
}

const openFile = (pid: number, { range, path }: Region, onLeftOut: (why: string) => void): CodeFile | undefined => {
  const descriptors: number[] = []
  let wanted = true
  const open = (other: string): PlainFile | undefined => {
    const opened = openPlain(other)
    if (!opened) return undefined
    descriptors.push(opened.fd)
    return { bytes: whileWanted(bytesOfFile(opened.fd), () => wanted), size: opened.size }
  }
  // the very file that is mapped, in whatever mount namespace, deleted or not
  const mapped = open(`/proc/${pid}/map_files/${range}`)
  if (!mapped) return undefined
  const file = readCodeFile(mapped.bytes, { debugFile: (elf) => findDebugFile(elf, pid, path, open), onLeftOut })
  return {
    at: file.at,
    async stop() {
      wanted = false
      await file.stop()
      for (const one of descriptors.splice(0)) closeSync(one)
    },
  }
}

const openVdso = (): CodeFile | undefined => {
  const bytes = readVdso()
  return bytes && readCodeFile(bytes, { debugFile: async () => undefined, onLeftOut: () => {} })
}
