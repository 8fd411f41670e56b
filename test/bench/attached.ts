// What a process has attached to the kernel, from /proc/PID/fdinfo: tells when a tool is ready, and on which
// tracepoints probetop's programs are.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { sleepMs } from '../helpers/workload.ts'

const STABLE_MS = 500
const DEADLINE_MS = 15_000

/** Descriptors of programs, links and events. */
const countAttached = (pid: number): number => {
  try {
    return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
      try {
        return /bpf|perf_event/.test(readlinkSync(`/proc/${pid}/fd/${fd}`))
      } catch {
        return false // closed meanwhile
      }
    }).length
  } catch {
    return 0
  }
}

/** Resolves once each process has something attached and adds no more; false when one has not in time. */
export const untilAttached = async (pids: readonly number[], gone: () => boolean): Promise<boolean> => {
  const end = performance.now() + DEADLINE_MS
  let before: number[] = []
  let sinceMs = performance.now()
  while (performance.now() < end && !gone()) {
    const counts = pids.map(countAttached)
    if (counts.some((count, i) => count === 0 || count !== before[i])) sinceMs = performance.now()
    else if (performance.now() - sinceMs >= STABLE_MS) return true
    before = counts
    await sleepMs(50)
  }
  return false
}

/** Tracepoints a process has BPF programs on. */
export const hooksOf = (pid: number): string[] => {
  const texts = readdirSync(`/proc/${pid}/fdinfo`).map((fd) => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))
  return [...new Set(texts.flatMap((text) => /^tp_name:\s*(\S+)/m.exec(text)?.[1] ?? []))]
}
