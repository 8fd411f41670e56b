// Runs workloads.c, whose truth is known without us, and reads a probe meanwhile.
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { spawn } from 'node:child_process'
import { schedstat } from '../helpers/schedstat.ts'
import { readStolenMs } from '../helpers/stolen.ts'
import { TICK_MS } from '../../src/source/proc-stat.ts'
import { compiled } from '../helpers/workload.ts'

/** What a process knows of itself, and the kernel of it. */
interface Life {
  pid: number
  /** Of its work alone: clock time, on CPU, runnable but not on CPU, and the rest. */
  wallNs: number
  cpuNs: number
  waitNs: number
  offNs: number
  /** From when it was let go to its last instant: schedstat. */
  lifeCpuNs: number
  lifeWaitNs: number
  lifeSlices: number
  /** Of all its threads: rusage. */
  switches: number
  /** Clock time around each call. */
  tookNs: number[]
  /** The most that the hypervisor can have taken from all CPUs meanwhile; 0 when the kernel counted nothing. */
  stolenNs: number
}

export interface Work {
  pids: number[]
  /** Lets the processes begin; what they were and did, once all have ended. */
  go(): Promise<Life[]>
}

/** Starts processes that wait for `go`. CPU -1 is any. */
export const prepare = async (
  cpu: number,
  processes: number,
  work: string,
  ...words: (string | number)[]
): Promise<Work> => {
  const child = spawn(compiled('workloads', 'test/truth'), [cpu, processes, work, ...words].map(String), {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const pids = String((await lines.next()).value)
    .split(' ')
    .map(Number)
  return {
    pids,
    async go() {
      const beforeMs = readStolenMs()
      // being made took a page fault for each of its pages
      const before = new Map(pids.map((pid) => [pid, schedstat(pid)]))
      child.stdin.end()
      const lives: Omit<Life, 'stolenNs'>[] = []
      for (let line = await lines.next(); !line.done; line = await lines.next()) {
        const life = JSON.parse(line.value) as Omit<Life, 'stolenNs'>
        const [cpuNs, waitNs, slices] = before.get(life.pid)!
        life.lifeCpuNs -= cpuNs
        life.lifeWaitNs -= waitNs
        life.lifeSlices -= slices
        lives.push(life)
      }
      await ended
      const stolenNs = mostNs(readStolenMs() - beforeMs)
      if (lives.length !== processes)
        throw new Error(`${work}: ${lives.length} of ${processes} processes did their work`)
      return lives.map((life) => ({ ...life, stolenNs }))
    },
  }
}

/** It is counted in whole steps. */
const mostNs = (stolenMs: number): number => (stolenMs === 0 ? 0 : stolenMs + TICK_MS) * 1e6

/** The same at once. */
export const perform = async (
  cpu: number,
  processes: number,
  work: string,
  ...words: (string | number)[]
): Promise<Life[]> => (await prepare(cpu, processes, work, ...words)).go()

/** Reads a probe every so often until the work is done, and once more. */
export const readMeanwhile = async <R, T>(
  probe: { read(): R },
  everyMs: number,
  work: Promise<T>,
): Promise<{ readings: R[]; done: T }> => {
  const readings: R[] = []
  let busy = true
  void work.catch(() => {}).finally(() => (busy = false))
  for (;;) {
    await Promise.race([setTimeout(everyMs, undefined, { ref: false }), work])
    if (!busy) break
    readings.push(probe.read())
  }
  const done = await work
  readings.push(probe.read())
  return { readings, done }
}

/** Of a process that never sleeps; with what was stolen from it, which the kernel's account leaves out. */
export const onCpuNs = ({ lifeCpuNs, offNs }: Life): number => lifeCpuNs + Math.max(0, offNs)

export const total = <T>(items: readonly T[], figure: (item: T) => number | undefined): number =>
  items.reduce((sum, item) => sum + (figure(item) ?? 0), 0)
