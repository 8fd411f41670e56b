// A probe that has another way to its numbers for machines on which its hooks cost too much: either runs, never both.
import type { Command, ProbeId } from '../stream/types.ts'
import type { RunningProbe, StartProbe } from './probe.ts'

/** `start` as long as it may, `startThin` while it is to cost less. What was told to one is told to the other. */
export const withThin =
  <P extends ProbeId>(start: StartProbe<P>, startThin: StartProbe<P>): StartProbe<P> =>
  (context) => {
    let probe: RunningProbe<P> = start(context)
    const told = new Map<Command['cmd'], Command>()
    return {
      read: () => probe.read(),
      command(command) {
        told.set(command.cmd, command)
        probe.command?.(command)
      },
      thin(on) {
        const other = (on ? startThin : start)(context)
        void probe.close()
        probe = other
        for (const command of told.values()) probe.command?.(command)
      },
      get work() {
        return probe.work
      },
      close: () => probe.close(),
    }
  }
