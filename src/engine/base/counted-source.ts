// What the kernel counts of every thread anyway, by process: from an iterator (native/counted.ts), or from /proc.
import type { Target } from '../../stream/target.ts'
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
  /** It has ended. */
  exited?: boolean
  switches: number
  /** Of them, those to wait for something; /proc is not asked for them. */
  voluntary?: number
  waits: number
  waitNs: number
  cpuNs: number
  readBytes: number
  writeBytes: number
}

/** One of who is selected. */
export interface CountedThread extends Pick<
  CountedProc,
  'pid' | 'comm' | 'switches' | 'voluntary' | 'waits' | 'waitNs' | 'cpuNs'
> {
  tid: number
}

export interface CountedSource {
  /** At first nothing. Processes that did nothing are left out. */
  read(): CountedProc[]
  /** Whose threads are told from the next reading on. Returns why nobody's are, when there is no such target. */
  setTarget(target: Target | undefined): string | undefined
  /** Of the last reading. */
  threads(): CountedThread[]
  /** Threads that ended for which there was no room, since the last call. */
  lost(): number
  work?: ProbeWork
  close(): void
}
