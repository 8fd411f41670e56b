// Signals that end the program, and their exit codes. To be listened to before anything else is loaded: blessed and
// execa's signal-exit each leave the exit to the other when they find company, so that nobody would do it.
import { constants } from 'node:os'

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** What a shell reports for a process that a signal ended. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal]

let listener: (exitCode: number) => void

/** Who ends the program when asked to; the latest one is asked. */
export const onEnd = (end: (exitCode: number) => void): void => {
  if (!listener) for (const signal of ENDING) process.on(signal, () => listener(exitCodeOf(signal)))
  listener = end
}

/** Job control: really stops this process (and with `group` its whole job) the way the shell expects. */
export const stopSelf = (group: boolean): void => {
  // A job without a shell that could continue it ignores SIGTSTP, and rightly so. Sent from outside, it was meant.
  process.kill(group ? 0 : process.pid, group ? 'SIGTSTP' : 'SIGSTOP')
}
