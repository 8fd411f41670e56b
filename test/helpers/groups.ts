// Control groups by controller, of either version, to try things in: where one is mounted, and a group of ours in it.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleepMs } from './workload.ts'

export interface GroupFolder {
  /** Below its controller. */
  path: string
  write(file: string, text: string): void
  read(file: string): string
  take(pid: number): void
  remove(): Promise<void>
}

let made = 0

/** Where the hierarchy with this controller is; version 2 has them all in one. */
export const controllerRoot = (controller: string): string | undefined => {
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const [, folder, type, options = ''] = line.split(' ')
    if (type === 'cgroup' && options.split(',').includes(controller)) return folder
    if (
      type === 'cgroup2' &&
      readFileSync(join(folder!, 'cgroup.controllers'), 'utf8').split(/\s/).includes(controller)
    )
      return folder
  }
  return undefined
}

/** A group of our own below; throws where none can be made. Its processes must have ended before it is removed. */
export const groupIn = (root: string, name = `probetop-test-${process.pid}-${++made}`): GroupFolder => {
  const folder = join(root, name)
  mkdirSync(folder)
  return {
    path: `/${name}`,
    write: (file, text) => writeFileSync(join(folder, file), text),
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    take: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
    async remove() {
      for (let i = 0; i < 100 && existsSync(folder); i++) {
        try {
          rmdirSync(folder)
        } catch {
          await sleepMs(20) // its last process is still ending
        }
      }
    },
  }
}
