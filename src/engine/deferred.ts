// A probe that something has to be waited for: its code to be read, the kernel to look through its programs, a right to
// be asked for. Told in the meantime, it hears it when it begins.
import type { ProbeId } from '../stream/probe-ids.ts'
import type { ProbeCommand, ProbeError, RunningProbe } from './base/probe.ts'
import { explain } from './reasons.ts'

/** What is there once it has been waited for; one of the two is called. */
export interface Prepared<P extends ProbeId> {
  start(): RunningProbe<P>
  /** Nobody wants it any more. */
  drop?(): void
}

export const deferred = <P extends ProbeId>(prepare: () => Promise<Prepared<P>>): RunningProbe<P> => {
  let running: RunningProbe<P> | undefined
  let error: ProbeError | undefined
  /** Absent of one that was not ready as soon as it was started: since when that is is not known. */
  let begunMs: number | undefined
  let closed = false
  let level = 0
  const told = new Map<ProbeCommand['cmd'], ProbeCommand>()

  const start = async (): Promise<void> => {
    try {
      const prepared = await prepare()
      if (closed) return prepared.drop?.()
      running = prepared.start()
      if (running.ready?.() !== false) begunMs = performance.now()
      if (level > 0) running.thin?.(level)
      for (const command of told.values()) running.command?.(command)
    } catch (thrown) {
      error = explain(thrown)
    }
  }
  void start()

  const ready = (): boolean => running !== undefined && running.ready?.() !== false
  const failure = (): ProbeError | undefined => error ?? running?.failure?.()

  return {
    // absent once one runs that has none: it need not be looked at between ticks
    get ready() {
      return running && !running.ready ? undefined : ready
    },
    get failure() {
      return running && !error && !running.failure ? undefined : failure
    },
    begunForMs: () => running?.begunForMs?.() ?? (begunMs === undefined ? 0 : performance.now() - begunMs),
    isLate: () => running?.isLate?.() ?? false,
    read: () => running!.read(),
    command(command) {
      told.set(command.cmd, command)
      running?.command?.(command)
    },
    thin(to) {
      level = to
      running?.thin?.(to)
    },
    get work() {
      return running?.work
    },
    async close() {
      closed = true
      await running?.close()
      running = undefined
    },
  }
}
