// What was taken out of a program to make it smaller lies in a file of its own, which distributions offer beside it. It is
// found by the program's build-id, or by the name and CRC that the program gives; first as the process sees the file
// system, then as we do.
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { pauses } from './dwarf/pause.ts'
import { buildIdOf, debugLinkOf, openElf } from './base/elf.ts'
import type { Elf } from './base/elf.ts'
import { openPlain } from './plain-file.ts'
import type { PlainFile } from './plain-file.ts'

interface DebugFiles {
  /** `root`: how the process sees the file system; `path`: of the program, there. */
  find(elf: Elf, root: string, path: string): Promise<Elf | undefined>
  close(): void
}

interface Known {
  file: PlainFile
  elf: Elf | undefined
  buildId: string | undefined
  crc?: number
}

const FOLDER = '/usr/lib/debug'
const CHUNK = 1 << 20
/** Of larger ones the CRC is not made. */
const LARGEST = 2 ** 30
const BUDGET_MS = 10_000
const MOST = 64

/** Each is opened and read once, however many programs it belongs to. */
export const openDebugFiles = (): DebugFiles => {
  // in the order in which they were asked for last
  const known = new Map<string, Known>()

  const open = async (path: string): Promise<Known | undefined> => {
    const file = openPlain(path, { links: true })
    if (!file) return undefined
    const seen = known.get(file.key)
    if (seen) file.close()
    const elf = seen ? seen.elf : await openElf(file.bytes).catch(() => undefined)
    const one = seen ?? { file, elf, buildId: elf && (await buildIdOf(elf).catch(() => undefined)) }
    known.delete(file.key)
    known.set(file.key, one)
    const [key, oldest] = known.entries().next().value!
    if (known.size > MOST) {
      oldest.file.close()
      known.delete(key)
    }
    return one
  }

  return {
    async find(elf, root, path) {
      const roots = [root, '']
      const buildId = await buildIdOf(elf)
      for (const place of buildId === undefined ? [] : roots) {
        const found = await open(`${place}${FOLDER}/.build-id/${buildId!.slice(0, 2)}/${buildId!.slice(2)}.debug`)
        if (found?.elf && found.buildId === buildId) return found.elf
      }
      const link = path.startsWith('/') ? await debugLinkOf(elf) : undefined
      if (!link) return undefined
      const folder = dirname(path)
      for (const place of roots) {
        for (const inside of [folder, `${folder}/.debug`, `${FOLDER}${folder}`]) {
          const found = await open(`${place}${inside}/${link.name}`)
          if (found?.elf && (await crcOf(found)) === link.crc) return found.elf
        }
      }
      return undefined
    },
    close() {
      for (const { file } of known.values()) file.close()
      known.clear()
    },
  }
}

const crcOf = async (known: Known): Promise<number | undefined> => {
  const { bytes, size } = known.file
  if (size > LARGEST) return undefined
  if (known.crc !== undefined) return known.crc
  const pause = pauses({ leftMs: BUDGET_MS })
  let crc = 0
  for (let at = 0; at < size; at += CHUNK) {
    crc = crc32(await bytes.read(at, CHUNK), crc)
    await pause()
  }
  known.crc = crc
  return crc
}
