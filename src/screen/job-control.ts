// Suspending (Ctrl-Z, or SIGTSTP from outside) and coming back: the terminal is the shell's in between. Coming back
// also cures a plain SIGSTOP, which cannot be seen coming.
import { stopSelf } from './signals.ts'
import type { Terminal } from './terminal.ts'

interface JobControl {
  /** The whole job, as the shell does for a program that leaves Ctrl-Z to the terminal. */
  suspend(): void
  end(): void
}

/** A job nobody could continue does not stop; then the screen comes back by itself. */
const RETURN_MS = 300

export const jobControl = (terminal: Terminal, onLeave: () => void, onBack: () => void): JobControl => {
  let leaving = false
  let ended = false
  let returning: NodeJS.Timeout | undefined

  const stop = (group: boolean): void => {
    if (leaving) return
    leaving = true
    terminal.suspend()
    void terminal.drained().then(() => stopNow(group))
  }
  const stopNow = (group: boolean): void => {
    leaving = false
    if (ended) return
    // Without a listener the signal does what it does by default.
    process.removeListener('SIGTSTP', onStop)
    onLeave()
    stopSelf(group)
    returning = setTimeout(comeBack, RETURN_MS)
  }
  const comeBack = (): void => {
    clearTimeout(returning)
    process.removeListener('SIGTSTP', onStop)
    process.on('SIGTSTP', onStop)
    terminal.resume()
    onBack()
  }
  const onStop = (): void => stop(false)

  process.on('SIGTSTP', onStop)
  process.on('SIGCONT', comeBack)
  return {
    suspend: () => stop(true),
    end: () => {
      ended = true
      clearTimeout(returning)
      process.removeListener('SIGTSTP', onStop)
      process.removeListener('SIGCONT', comeBack)
    },
  }
}
