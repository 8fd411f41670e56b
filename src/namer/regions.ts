// The executable parts of a process's memory, from /proc/PID/maps.
import { harmless } from './names.ts'

export interface Region {
  start: number
  end: number
  /** Its name in /proc/PID/map_files, which has no leading zeros. */
  range: string
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

export const VDSO = '[vdso]'

const LINE = /^([0-9a-f]+)-([0-9a-f]+) ..x. ([0-9a-f]+) (\S+) (\d+) *(.*)$/gm

export const regionsIn = (maps: string): Region[] =>
  [...maps.matchAll(LINE)].map(([, start, end, offset, device, inode, path]) => ({
    start: Number.parseInt(start!, 16),
    end: Number.parseInt(end!, 16),
    range: `${unpadded(start!)}-${unpadded(end!)}`,
    offset: Number.parseInt(offset!, 16),
    module: moduleOf(path!),
    path: path!.replace(DELETED, ''),
    file: inode !== '0' ? `${device} ${inode}` : path === VDSO && start!.length > 8 ? VDSO : '',
    jit: path === '' || /^(\/\/anon|\[anon|\[heap|\[stack|\/dev\/zero|\/SYSV)/.test(path!),
  }))

export const regionAt = (regions: readonly Region[], address: number): Region | undefined =>
  regions.find(({ start, end }) => address >= start && address < end)

const unpadded = (digits: string): string => digits.replace(/^0+(?=.)/, '')

const DELETED = / \(deleted\)$/

const moduleOf = (path: string): string => harmless(path.replace(DELETED, '').split('/').at(-1) || '[anon]')
