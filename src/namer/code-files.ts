// The files that processes run code from, each opened and read once for all of them that see the same file systems. An
// open file stays what it was, also when it is replaced on disk, or when nobody who ran it is left; so processes that
// are gone keep their names.
import { readCodeFile } from './code-file.ts'
import type { CodeFile } from './code-file.ts'
import { openDebugFiles } from './debug-file.ts'
import { harmless } from './harmless.ts'
import type { Jobs } from './base/jobs.ts'
import { openPlain } from './plain-file.ts'
import { rangeOf, VDSO } from './regions.ts'
import type { Region } from './regions.ts'
import type { Bytes } from './base/bytes.ts'

export interface Place {
  /** A living thread of the process, by which /proc shows it. */
  tid: number
  /** What tells apart whose idea of the file system it has: elsewhere the same file may have another debug file. */
  space: string
}

export interface CodeFiles {
  /** Of a process that is there now; undefined when its file cannot be had. */
  open(place: Place, region: Region): CodeFile | undefined
  close(): void
}

interface FilesOptions {
  jobs: Jobs
  /** Told of files in which something is left out, and why. */
  onLeftOut(module: string, why: string): void
  /** Of the kernel's own code in processes. */
  vdso: Bytes | undefined
  /** Names as the file has them, and nothing but the file itself. */
  plain?: boolean
}

const MOST_FILES = 512
/** Of tables that are kept. */
const MOST_BYTES = 64 << 20

export const openFiles = ({ jobs, onLeftOut, vdso, plain = false }: FilesOptions): CodeFiles => {
  const debugFiles = openDebugFiles()
  // in the order in which they were asked for last
  const known = new Map<string, CodeFile>()

  const openFile = ({ tid }: Place, { module, path, file, start, end }: Region): CodeFile | undefined => {
    // the very file that is mapped, in whatever mount namespace, deleted or not
    const mapped = openPlain(`/proc/${tid}/map_files/${rangeOf({ start, end })}`, { links: true })
    if (!mapped) return undefined
    const code = readCodeFile(mapped.bytes, {
      debugFile: async (elf) => (plain ? undefined : debugFiles.find(elf, `/proc/${tid}/root`, path)),
      onLeftOut: (why) => onLeftOut(module, why),
      jobs,
      what: harmless(`${path} (${file})`),
      size: mapped.size,
      plain,
    })
    return {
      ...code,
      async stop() {
        await code.stop()
        mapped.close()
      },
    }
  }

  const openVdso = (): CodeFile | undefined =>
    vdso && readCodeFile(vdso, { debugFile: async () => undefined, onLeftOut: () => {}, jobs, what: VDSO })

  const forget = (key: string): void => {
    void known.get(key)?.stop()
    known.delete(key)
  }

  /** Makes room for one that is opened now. */
  const makeRoom = (): void => {
    let bytes = 0
    for (const one of known.values()) {
      one.rest()
      bytes += one.bytes()
    }
    for (const [oldest, one] of known) {
      if (known.size < MOST_FILES && bytes <= MOST_BYTES) break
      bytes -= one.bytes()
      forget(oldest)
    }
  }

  return {
    open(place, region) {
      const key = region.file === VDSO ? VDSO : `${place.space} ${region.file}`
      let found = known.get(key)
      if (!found) {
        makeRoom()
        found = region.file === VDSO ? openVdso() : openFile(place, region)
      }
      if (!found) return undefined
      known.delete(key)
      known.set(key, found)
      return found
    },
    close() {
      for (const key of known.keys()) forget(key)
      debugFiles.close()
    },
  }
}
