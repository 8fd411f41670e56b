// C libraries that have getaddrinfo(), in every root that processes have: this machine's, containers', chroots'. Where
// distributions have them. Nothing of them is read here: they may be anybody's.
import { readlinkSync, statSync, type Stats } from 'node:fs'
import { dirname, join } from 'node:path'
import { orElse, pidsIn } from '../../../source/proc-stat.ts'

export interface Library {
  /** Of the file; what is on an overlay has one in each. */
  id: string
  libc: 'glibc' | 'musl'
  path: string
  /** Others than root may write it. */
  isAnybodys: boolean
}

const ARCH = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
const PATHS: readonly (readonly [Library['libc'], string])[] = [
  ['musl', `/lib/ld-musl-${ARCH}.so.1`],
  ['glibc', `/lib/${ARCH}-linux-gnu/libc.so.6`],
  ['glibc', '/lib64/libc.so.6'],
  ['glibc', '/usr/lib64/libc.so.6'],
  ['glibc', '/usr/lib/libc.so.6'],
]
const MOST_ROOTS = 256
const MOST_LINKS = 5
const OTHERS_WRITE = 0o022

/** By what tells them apart a process that has it. */
const rootsOf = (pids: readonly number[]): Map<string, string> => {
  const roots = new Map<string, string>()
  const ours = orElse(undefined, () => rootOf('self'))
  if (ours) roots.set(ours, '')
  for (const pid of pids) {
    if (roots.size >= MOST_ROOTS) break
    const root = orElse(undefined, () => rootOf(pid))
    if (root !== undefined && !roots.has(root)) roots.set(root, `/proc/${pid}/root`)
  }
  return roots
}

const rootOf = (pid: number | 'self'): string => {
  const { dev, ino } = statSync(`/proc/${pid}/root/.`)
  return `${readlinkSync(`/proc/${pid}/ns/mnt`)} ${dev}:${ino}`
}

/** A link that begins with a slash means that root, not ours. */
const within = (root: string, path: string): string => {
  let at = path
  for (let links = 0; links < MOST_LINKS; links++) {
    const to = orElse(undefined, () => readlinkSync(root + at))
    if (to === undefined) break
    at = join(dirname(at), to.startsWith('/') ? `${'../'.repeat(at.split('/').length)}${to}` : to)
  }
  return root + at
}

/** Those of root first, so that nobody keeps us from these. `pids`: whose roots are looked at. */
export const findLibraries = (pids: readonly number[] = pidsIn()): Library[] => {
  const found = new Map<string, Library>()
  for (const root of rootsOf(pids).values())
    for (const [libc, known] of PATHS) {
      const path = within(root, known)
      const file = orElse(undefined, () => statSync(path))
      if (!file?.isFile()) continue
      const id = libraryId(file)
      const isAnybodys = file.uid !== 0 || (file.mode & OTHERS_WRITE) !== 0
      if (!found.has(id)) found.set(id, { id, libc, path, isAnybodys })
    }
  return [...found.values()].sort((a, b) => Number(a.isAnybodys) - Number(b.isAnybodys))
}

export const libraryId = ({ dev, ino }: Stats): string => `${dev}:${ino}`
