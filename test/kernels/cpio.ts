// Writes an archive in cpio's "newc" format, which is what the kernel unpacks as its first file system.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Entry {
  /** Where it is in the archive, absolute. */
  path: string
  /** A file to copy, or the content itself; of a link where it leads. */
  from: string | Buffer
  is?: 'program' | 'link'
}

const FOLDER = 0o040755
const FILE = 0o100644
const MODES = { program: 0o100755, link: 0o120777 }

export const writeArchive = (archive: string, entries: readonly Entry[]): void => {
  const fd = openSync(archive, 'w', 0o600)
  let number = 0
  const put = (path: string, mode: number, content: Buffer = Buffer.alloc(0)): void => {
    const name = Buffer.from(`${path.slice(1)}\0`)
    // inode, mode, uid, gid, links, time, size, four of devices, length of the name, checksum
    const fields = [++number, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0]
    const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
    for (const part of [padded(Buffer.concat([header, name])), padded(content)]) {
      for (let at = 0; at < part.length;) at += writeSync(fd, part, at)
    }
  }
  for (const folder of folders(entries)) put(folder, FOLDER)
  for (const { path, from, is } of entries) {
    const content = typeof from !== 'string' ? from : is === 'link' ? Buffer.from(from) : readFileSync(from)
    put(path, is === undefined ? FILE : MODES[is], content)
  }
  put('/TRAILER!!!', 0)
  closeSync(fd)
}

/** To a multiple of four bytes. */
const padded = (part: Buffer): Buffer => Buffer.concat([part, Buffer.alloc(-part.length & 3)])

/** All folders that the entries need, parents first. */
const folders = (entries: readonly Entry[]): string[] => {
  const found = new Set<string>()
  const add = (path: string): void => {
    if (path === '/' || found.has(path)) return
    add(dirname(path))
    found.add(path)
  }
  for (const { path } of entries) add(dirname(path))
  return [...found]
}
