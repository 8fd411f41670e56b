// Paths of control groups by their number, which is the inode of their folder. The hierarchy is walked when a number is
// not known yet, and not more often than every few seconds.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { findCgroupRoot } from '../native/selection.ts'

const WALK_EVERY_MS = 5000
const MOST_FOLDERS = 20_000

/** undefined for numbers that are not (yet) known. */
export const cgroupPaths = (steadyMs: () => number, root = findCgroupRoot()): ((id: number) => string | undefined) => {
  let paths = new Map<number, string>()
  let walkedMs = -Infinity
  return (id) => {
    if (!paths.has(id) && root !== undefined && steadyMs() - walkedMs >= WALK_EVERY_MS) {
      walkedMs = steadyMs()
      paths = walk(root)
    }
    return paths.get(id)
  }
}

const walk = (root: string): Map<number, string> => {
  const paths = new Map<number, string>()
  const open = ['/']
  for (let path = open.pop(); path !== undefined && paths.size < MOST_FOLDERS; path = open.pop()) {
    try {
      paths.set(statSync(join(root, path)).ino, path)
      for (const entry of readdirSync(join(root, path), { withFileTypes: true }))
        if (entry.isDirectory()) open.push(join(path, entry.name))
    } catch {
      // it was removed meanwhile
    }
  }
  return paths
}
