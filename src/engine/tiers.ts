// A probe that has other ways to its numbers for machines on which its hooks cost too much, or which have none: one of them
// runs, never two.
import type { ProbeId } from '../stream/probe-ids.ts'
import type { ProbeCommand, ProbeError, RunningProbe, StartProbe } from './base/probe.ts'
import { explain } from './reasons.ts'

/** By tier, in full first; where one is there twice it has a cheaper way of its own for the second. `startAgain`: the first,
 * after another. What was told to one is told to the next. */
export const withTiers =
  <P extends ProbeId>(
    starts: readonly [StartProbe<P>, ...StartProbe<P>[]],
    startAgain: StartProbe<P> = starts[0],
  ): StartProbe<P> =>
  (context) => {
    let probe: RunningProbe<P> = starts[0](context)
    let level = 0
    /** On its way, while the other goes on. */
    let coming: RunningProbe<P> | undefined
    let comingTo = 0
    const told = new Map<ProbeCommand['cmd'], ProbeCommand>()
    let closing: Promise<unknown> | undefined
    const change = (to: RunningProbe<P>): void => {
      const from = probe
      probe = to
      level = comingTo
      coming = undefined
      closing = Promise.all([closing, from.close()])
      for (const command of told.values()) probe.command?.(command)
    }
    const forget = (): void => {
      closing = Promise.all([closing, coming?.close()])
      coming = undefined
    }
    return {
      read() {
        const reading = probe.read()
        if (coming?.failure?.()) forget()
        // that one has no `ready` any more may be just what says that it runs
        if (coming && coming.ready?.() !== false) {
          coming.read() // its first interval begins where this one ends
          change(coming)
        }
        return reading
      },
      // absent where the one that runs has none: it need not be looked at between ticks
      get ready() {
        return probe.ready
      },
      get begunForMs() {
        return probe.begunForMs
      },
      get failure() {
        return probe.failure
      },
      command(command) {
        told.set(command.cmd, command)
        probe.command?.(command)
      },
      thin(to) {
        forget()
        const start = starts[to]!
        const own = to - starts.indexOf(start)
        if (start === starts[level]) {
          level = to
          return probe.thin?.(own)
        }
        const other = (start === starts[0] ? startAgain : start)(context)
        if (own > 0) other.thin?.(own)
        comingTo = to
        if (other.ready?.() === false) coming = other
        else change(other)
      },
      get work() {
        return probe.work
      },
      async close() {
        forget()
        await Promise.all([closing, probe.close()])
      },
    }
  }

/** `startProc`, which needs neither rights nor programs, where `start` cannot run on this machine; its samples say why.
 * Where it cannot run either, the first reason is the one to fix. */
export const orProc =
  <P extends ProbeId>(start: StartProbe<P>, startProc: StartProbe<P>): StartProbe<P> =>
  (context) => {
    try {
      return start(context)
    } catch (thrown) {
      const error = explain(thrown)
      if (error.kind !== 'unsupported') throw thrown
      return because(
        orThrow(error, () => startProc(context)),
        error,
      )
    }
  }

const orThrow = <T>(error: ProbeError, start: () => T): T => {
  try {
    return start()
  } catch {
    throw error
  }
}

const because = <P extends ProbeId>(probe: RunningProbe<P>, { message: why, hint }: ProbeError): RunningProbe<P> => ({
  ...probe,
  read() {
    const reading = probe.read()
    return { ...reading, tier: { is: 'counted', ...reading.tier, why, hint } }
  },
})
