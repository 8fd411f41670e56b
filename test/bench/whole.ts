// The whole program in a terminal: launch, memory, CPU, and key to frame while the machine is busy.
import { execFileSync, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { quantileSorted } from 'd3-array'
import { sleepMs } from '../helpers/workload.ts'
import { goFirst } from '../../src/source/priority.ts'
import { thisHost } from '../../src/setup/packages.mjs'
import { cpuMs, nameOf, pssKib, tree } from './processes.ts'
import { startProgram } from './program.ts'
import type { Program } from './program.ts'

const WIDTH = 120
const HEIGHT = 36
const FIVE_PANELS = 5

export interface Launch {
  firstFrameMs: number
  /** All five panels show data. */
  allDataMs: number
}

/** From exec to the first thing on the screen, and to data in all five panels. */
export const launch = async (): Promise<Launch> => {
  const began = performance.now()
  const program = startProgram(WIDTH, HEIGHT)
  try {
    await program.until((screen) => screen.trim() !== '', 10_000)
    const firstFrameMs = performance.now() - began
    await program.until((screen) => (screen.match(/ (live|quiet|lost \S+) ┐/g) ?? []).length >= FIVE_PANELS, 10_000)
    return { firstFrameMs, allDataMs: performance.now() - began }
  } finally {
    await program.quit() // or it would be measured with all that follows
  }
}

/** The process that runs the screen: below script(1) and its shell. */
const rootOf = (program: Program): number => tree(program.child.pid!).find((pid) => nameOf(pid) === 'probetop')!

export interface Footprint {
  pssKib: number
  cpuPercent: number
  byProcess: { name: string; pssKib: number; cpuPercent: number }[]
  bytesPerSecond: number
}

/** The whole tree at 1 s intervals with nothing else going on. */
export const footprint = async (seconds: number, words: readonly string[] = []): Promise<Footprint> => {
  const program = startProgram(WIDTH, HEIGHT, words)
  await sleepMs(5000)
  const pids = tree(rootOf(program))
  const before = pids.map(cpuMs)
  const bytes = program.bytes()
  await sleepMs(seconds * 1000)
  const byProcess = pids.map((pid, i) => ({
    name: nameOf(pid),
    pssKib: pssKib(pid),
    cpuPercent: (cpuMs(pid) - before[i]!) / seconds / 10,
  }))
  const bytesPerSecond = (program.bytes() - bytes) / seconds
  await program.quit()
  return {
    pssKib: byProcess.reduce((sum, process) => sum + process.pssKib, 0),
    cpuPercent: byProcess.reduce((sum, process) => sum + process.cpuPercent, 0),
    byProcess,
    bytesPerSecond,
  }
}

export interface KeyToFrame {
  p50Ms: number
  p99Ms: number
  keys: number
}

/** Moves the focus while stress-ng keeps every CPU, the disk and the network stack busy. */
export const keyToFrame = async (keys: number): Promise<KeyToFrame | { missing: string }> => {
  if (!thisHost().has('stress-ng')) return { missing: 'stress-ng' }
  // a session of its own, as a real load would have
  const load = spawn('stress-ng', ['--cpu', '0', '--hdd', '1', '--sock', '1', '--temp-path', tmpdir()], { stdio: 'ignore', detached: true })
  goFirst() // as probetop itself does: the terminal and we shall not be what is measured
  const program = startProgram(WIDTH, HEIGHT)
  await sleepMs(4000)
  const times: number[] = []
  for (let i = 0; i < keys; i++) {
    times.push(await program.press(i % 2 === 0 ? '\t' : '\x1b[Z'))
    await sleepMs(37)
  }
  await program.quit()
  load.kill('SIGTERM')
  times.sort((a, b) => a - b)
  return { p50Ms: quantileSorted(times, 0.5)!, p99Ms: quantileSorted(times, 0.99)!, keys }
}

export const versions = (): string => {
  const line = (command: string, ...words: string[]): string => {
    try {
      return execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n')[0]!
    } catch {
      return `${command}: not installed`
    }
  }
  return [line('uname', '-srm'), `${line('nproc')} CPUs`, `node ${process.version}`, line('bpftrace', '--version')].join(', ')
}
