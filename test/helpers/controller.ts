// A control group of one controller, of whichever version has it here, for the length of a test.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { skip } from './bpf.ts'
import { sleepMs } from './workload.ts'

export interface ControllerGroup {
  version: 1 | 2
  /** From the root of the hierarchy. */
  path: string
  write(file: string, value: string): void
  read(file: string): string
  /** Shell words that put whoever runs them into it. */
  enter: string
}

const mounted = (controller: string): { root: string; version: 1 | 2 } | undefined => {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
  const one = new RegExp(`^\\S+ (\\S+) cgroup \\S*\\b${controller}\\b`, 'm').exec(mounts)?.[1]
  if (one) return { root: one, version: 1 }
  const two = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1]
  return two && readFileSync(join(two, 'cgroup.subtree_control'), 'utf8').split(/\s+/).includes(controller)
    ? { root: two, version: 2 }
    : undefined
}

let made = 0

/** undefined where none can be made: the test is skipped then. Its processes must have ended before the test does. */
export const controllerGroup = (t: ExecutionContext, controller: string): ControllerGroup | undefined => {
  const at = mounted(controller)
  if (!at) return void skip(t, `no control groups with ${controller} are mounted`)
  const path = `/probetop-test-${controller}-${process.pid}-${++made}`
  const folder = join(at.root, path)
  try {
    mkdirSync(folder)
  } catch {
    return void skip(t, 'control groups may not be made here')
  }
  t.teardown(async () => {
    for (let i = 0; i < 50 && existsSync(folder); i++) {
      try {
        rmdirSync(folder)
      } catch {
        await sleepMs(20)
      }
    }
  })
  return {
    version: at.version,
    path,
    write: (file, value) => writeFileSync(join(folder, file), value),
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    enter: `echo $$ > ${join(folder, 'cgroup.procs')}`,
  }
}
