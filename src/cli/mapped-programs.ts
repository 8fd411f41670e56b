// Programs and libraries that run, as far as we may see: the files that processes have mapped as code. Bounded in
// processes, files and time, as the screen waits for it. Nothing on a file system that may not answer is named.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { pidsIn } from '../source/proc-stat.ts'

export interface MappedProgram {
  path: string
  /** Of the file that is mapped, which need not be the one at that path now. */
  inode: number
}

const MOST_PROCESSES = 4000
const MOST_PROGRAMS = 2000
/** Of the mappings of one process. */
const MOST_BYTES = 512 * 1024
const LONGEST_MS = 150
/** Behind them is another machine, or a program of anybody's. */
const SLOW = /^(fuse|nfs|cifs|smb|ceph|9p|afs)/
/** Nothing that is more than characters, to a terminal or in a script; nor one that is deleted. */
const MAPPED = /^\S+ ..x. \S+ (\S+) ([1-9]\d*) +(\/[\w./+-]+)$/gm

export const mappedPrograms = (proc = '/proc', nowMs = performance.now.bind(performance)): MappedProgram[] => {
  const endMs = nowMs() + LONGEST_MS
  const slow = slowDevices(proc)
  const found = new Map<string, MappedProgram>()
  const buffer = Buffer.allocUnsafe(MOST_BYTES)
  for (const pid of pidsIn(proc).slice(0, MOST_PROCESSES)) {
    if (nowMs() > endMs || found.size >= MOST_PROGRAMS) break
    for (const [, device, inode, path] of mapsOf(`${proc}/${pid}/maps`, buffer).matchAll(MAPPED))
      if (!slow.has(device!)) found.set(path!, { path: path!, inode: Number(inode) })
  }
  return [...found.values()]
}

const mapsOf = (path: string, buffer: Buffer): string => {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    let length = 0
    // a reading is a page at a time
    for (let read = 1; read > 0 && length < buffer.length; length += read)
      read = readSync(file, buffer, length, buffer.length - length, null)
    return buffer.toString('latin1', 0, length)
  } catch {
    return ''
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** As mappings name them, in hexadecimal. */
const slowDevices = (proc: string): ReadonlySet<string> => {
  const hex = (number: string): string => Number(number).toString(16).padStart(2, '0')
  try {
    const mounts = readFileSync(`${proc}/self/mountinfo`, 'latin1').split('\n')
    return new Set(
      mounts.flatMap((line) => {
        const [, major, minor] = /^\d+ \d+ (\d+):(\d+) /.exec(line) ?? []
        const type = /^.* - (\S+)/.exec(line)?.[1] ?? ''
        return major !== undefined && SLOW.test(type) ? [`${hex(major)}:${hex(minor!)}`] : []
      }),
    )
  } catch {
    return new Set()
  }
}
