// What was taken out of a program to make it smaller lies in a file of its own, which distributions offer beside it. It is
// found by the program's build-id, or by the name and CRC that the program gives; first as the process sees the file
// system, then as we do.
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Bytes } from './bytes.ts'
import { buildIdOf, debugLinkOf, openElf } from './elf.ts'
import type { Elf } from './elf.ts'

const FOLDER = '/usr/lib/debug'
const CHUNK = 1 << 20
/** Of larger ones the CRC is not made. */
const LARGEST = 2 ** 30

export interface PlainFile {
  bytes: Bytes
  size: number
}

/** `path`: as the process sees it. */
export const findDebugFile = async (
  elf: Elf,
  pid: number,
  path: string,
  open: (path: string) => PlainFile | undefined,
): Promise<Elf | undefined> => {
  const roots = [`/proc/${pid}/root`, '']
  const buildId = await buildIdOf(elf)
  for (const root of buildId === undefined ? [] : roots) {
    const file = open(`${root}${FOLDER}/.build-id/${buildId!.slice(0, 2)}/${buildId!.slice(2)}.debug`)
    const found = file && (await openElf(file.bytes))
    if (found && (await buildIdOf(found)) === buildId) return found
  }
  const link = path.startsWith('/') ? await debugLinkOf(elf) : undefined
  if (!link) return undefined
  const folder = dirname(path)
  for (const root of roots) {
    for (const place of [folder, `${folder}/.debug`, `${FOLDER}${folder}`]) {
      const file = open(`${root}${place}/${link.name}`)
      if (file && (await crcOf(file)) === link.crc) return openElf(file.bytes)
    }
  }
  return undefined
}

const crcOf = async ({ bytes, size }: PlainFile): Promise<number | undefined> => {
  if (size > LARGEST) return undefined
  let crc = 0
  for (let at = 0; at < size; at += CHUNK) crc = crc32(await bytes.read(at, CHUNK), crc)
  return crc
}
