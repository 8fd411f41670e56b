// The executable parts of a process's memory, from /proc/PID/maps, which can have many lines, and names in them that the
// process made up.
import { open } from 'node:fs/promises'
import { lastNotAbove } from './base/address.ts'
import type { Pause } from './dwarf/pause.ts'
import { harmless } from './harmless.ts'

export interface Region {
  start: number
  end: number
  /** Of the file, at `start`. */
  offset: number
  /** Name of the file; [vdso] and the like. */
  module: string
  /** Of the file, as the process sees it. */
  path: string
  /** Device and inode; empty where there is no file. That of the kernel is the same for all programs of 64 bits. */
  file: string
  /** No file behind it: code made at run time. */
  jit: boolean
}

export interface Regions {
  at(address: number): Region | undefined
  count: number
}

export const VDSO = '[vdso]'

/** Linux allows 65,530 unless told otherwise. */
const MOST = 100_000
const MOST_BYTES = 32 << 20
const CHUNK = 1 << 16
const LINE = /^([0-9a-f]+)-([0-9a-f]+) ..x. ([0-9a-f]+) (\S+) (\d+) *(.*)$/gm
const DELETED = / \(deleted\)$/

export const regionsIn = (maps: string): Region[] =>
  [...maps.matchAll(LINE)].map(([, start, end, offset, device, inode, path]) => ({
    start: Number.parseInt(start!, 16),
    end: Number.parseInt(end!, 16),
    offset: Number.parseInt(offset!, 16),
    module: moduleOf(path!),
    path: path!.replace(DELETED, ''),
    file: inode !== '0' ? `${device} ${inode}` : path === VDSO && start!.length > 8 ? VDSO : '',
    jit: path === '' || /^(\/\/anon|\[anon|\[heap|\[stack|\/dev\/zero|\/SYSV)/.test(path!),
  }))

/** Throws when it may not be read. */
export const readRegions = async (path: string, pause: Pause): Promise<Regions> => {
  const file = await open(path)
  const found: Region[] = []
  const texts = new Map<string, string>()
  // one copy of each, instead of parts of all that was read
  const kept = (text: string): string => {
    const known = texts.get(text)
    if (known !== undefined) return known
    const copy = Buffer.from(text).toString()
    texts.set(copy, copy)
    return copy
  }
  try {
    const buffer = Buffer.alloc(CHUNK)
    let rest = ''
    for (let read = 0; read < MOST_BYTES && found.length < MOST;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null)
      if (bytesRead === 0) break
      read += bytesRead
      const text: string = rest + buffer.toString('utf8', 0, bytesRead)
      const end = text.lastIndexOf('\n')
      rest = text.slice(end + 1, end + 1 + CHUNK)
      for (const region of regionsIn(text.slice(0, end + 1)))
        found.push({ ...region, module: kept(region.module), path: kept(region.path), file: kept(region.file) })
      await pause()
    }
  } finally {
    await file.close()
  }
  return regionsOf(found)
}

export const regionsOf = (found: readonly Region[]): Regions => {
  const starts = Float64Array.from(found, ({ start }) => start)
  return {
    at(address) {
      const region = found[lastNotAbove(starts, address)]
      return region && address < region.end ? region : undefined
    },
    count: found.length,
  }
}

/** Its name in /proc/PID/map_files. */
export const rangeOf = ({ start, end }: Pick<Region, 'start' | 'end'>): string =>
  `${start.toString(16)}-${end.toString(16)}`

const moduleOf = (path: string): string => harmless(path.replace(DELETED, '').split('/').at(-1) || '[anon]')
