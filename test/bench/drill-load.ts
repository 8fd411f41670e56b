// What drills go into, and what goes on meanwhile: processes of a few threads under names of their own, one of which is
// replaced now and then, some hundreds of short processes and of TCP sessions a second.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { compiled, loopsPath } from '../helpers/workload.ts'

export interface Target {
  name: string
  pid: number
  /** How it ended, which it should not have. */
  ended(): string | undefined
}

export interface DrillLoad {
  /** Whom to go into in this round. */
  target(round: number): Target
  stop(): void
}

const TARGETS = 8
const THREADS = '4'
const LONG_MS = '36000000'
const REPLACED_EVERY = 10

const BACKGROUND: readonly string[][] = [
  ['sh', '-c', 'while :; do sleep 0.004; done'],
  ['sh', '-c', 'while :; do sleep 0.004; done'],
  ['sh', '-c', 'while :; do "$0" connections 50 1 >/dev/null; sleep 0.2; done', compiled('net')],
]

export const startDrillLoad = (folder: string): DrillLoad => {
  // a group each, which ends with the shell's children
  const background = BACKGROUND.map(([command, ...words]) =>
    spawn(command!, words, { stdio: 'ignore', detached: true }),
  )
  const names = Array.from({ length: TARGETS }, (_, index) => `drill${process.pid % 1e6}${'abcdefgh'[index]}`)
  for (const name of names) copyFileSync(loopsPath(), join(folder, name))
  const begin = (name: string): ChildProcess =>
    spawn(join(folder, name), ['wakers', THREADS, LONG_MS], { stdio: 'ignore' })
  const targets = names.map(begin)
  const stop = (): void => {
    for (const target of targets) target.kill('SIGKILL')
    for (const { pid } of background) {
      try {
        process.kill(-pid!, 'SIGKILL')
      } catch {
        // it has ended
      }
    }
  }
  process.once('exit', stop)
  return {
    target: (round) => {
      const index = round % TARGETS
      if (round % REPLACED_EVERY === 0) {
        targets[index]!.kill('SIGKILL')
        targets[index] = begin(names[index]!)
      }
      const child = targets[index]!
      const ended = (): string | undefined =>
        child.signalCode ?? (child.exitCode === null ? undefined : `exit status ${child.exitCode}`)
      return { name: names[index]!, pid: child.pid!, ended }
    },
    stop: () => {
      process.removeListener('exit', stop)
      stop()
    },
  }
}
