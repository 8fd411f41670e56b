// The end of the process. Node puts back the modes of the terminals it found at its start when it exits, and aborts when
// one of them has gone meanwhile (a closed window, a lost connection). Then only a signal ends it well, and the shell
// is told the same as by an exit code.
import { constants } from 'node:os'
import { isatty } from 'node:tty'

const STREAMS = [0, 1, 2]

const terminals = STREAMS.filter((fd) => isatty(fd))

/** The signal that an exit code stands for, as in every shell; of what is none, that of a lost terminal. */
const signalOf = (exitCode: number): NodeJS.Signals =>
  (Object.entries(constants.signals).find(([, number]) => 128 + number === exitCode)?.[0] as
    | NodeJS.Signals
    | undefined) ?? 'SIGHUP'

/** To be loaded before anything changes the terminal. */
export const leave = (exitCode: number): never => {
  if (terminals.every((fd) => isatty(fd))) process.exit(exitCode)
  const signal = signalOf(exitCode)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  throw new Error('not reached')
}
