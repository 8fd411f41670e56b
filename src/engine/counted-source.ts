// What the kernel counts of every thread anyway, by process: from an iterator (native/counted.ts), or from /proc.
import type { ProbeWork } from './probe.ts'

/** Since the reading before. */
export interface CountedProc {
  pid: number
  comm: string
  /** Since the machine was started, in steps of 10 ms. */
  startedMs: number
  /** Number of its control group (v2), or its path. */
  cgroupId?: number
  cgroup?: string
  threads: number
  switches: number
  waits: number
  waitNs: number
  cpuNs: number
  readBytes: number
  writeBytes: number
}

export interface CountedSource {
  /** At first nothing. Processes that did nothing are left out. */
  read(): CountedProc[]
  work?: ProbeWork
  close(): void
}
