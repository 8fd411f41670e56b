// A control group (v2) with one below it, for the length of a test.
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { findCgroupRoot } from '../../src/engine/proc/cgroups.ts'
import { skip } from './bpf.ts'
import { groupIn, type GroupFolder } from './groups.ts'
import { sleepMs } from './workload.ts'

interface ControlGroup {
  /** As in /proc/PID/cgroup. */
  path: string
  /** Takes a process in, into the one below on demand. */
  take(pid: number, below?: 'below'): void
  /** Removes it, empty as it has to be, and makes it anew: another one at the same path. */
  renew(): void
}

let made = 0

/** undefined where none can be made: the test is skipped then. What is taken in must have ended before the test's end, or be killed by `kill`. */
export const controlGroup = (t: ExecutionContext, kill: () => void): ControlGroup | undefined => {
  const root = findCgroupRoot()
  const name = `probetop-test-${process.pid}-${++made}`
  if (root === undefined) return void skip(t, 'no cgroup v2 file system is mounted')
  const group = join(root, name)
  try {
    mkdirSync(join(group, 'below'), { recursive: true })
  } catch {
    return void skip(t, 'control groups may not be made here')
  }
  t.teardown(async () => {
    kill()
    for (let i = 0; i < 50 && existsSync(group); i++) {
      await sleepMs(20)
      try {
        rmdirSync(join(group, 'below'))
      } catch {
        // its last process is still ending, or it is gone already
      }
      try {
        rmdirSync(group)
      } catch {
        // the same
      }
    }
  })
  return {
    path: `/${name}`,
    take: (pid, below) => writeFileSync(join(group, below ?? '', 'cgroup.procs'), String(pid)),
    renew() {
      rmdirSync(join(group, 'below'))
      rmdirSync(group)
      mkdirSync(join(group, 'below'), { recursive: true })
    },
  }
}

/** A group below `root`, removed with the test, `before` it what must be done first; skips the test where it cannot be had. */
export const testGroup = (
  t: ExecutionContext,
  root: string | undefined,
  what: string,
  before: () => void,
): GroupFolder | undefined => {
  if (root === undefined) return void skip(t, `no ${what} is mounted`)
  try {
    const group = groupIn(root)
    t.teardown(async () => {
      before()
      await group.remove()
    })
    return group
  } catch {
    return void skip(t, 'control groups may not be made here')
  }
}
