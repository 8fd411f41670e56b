// Loads of stress-ng: one that keeps every CPU, the disk and the network stack busy, and one that switches and calls all
// the time.
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { thisHost } from '../../src/setup/packages.mjs'

export const NO_LOAD = thisHost().has('stress-ng') ? undefined : 'not installed: stress-ng'

export const BUSY = ['--cpu', '0', '--hdd', '1', '--sock', '1', '--temp-path', tmpdir()]
export const SWITCHING = ['--switch', '2', '--pipe', '2', '--sock', '2', '--futex', '2']

export const startLoad = (words: readonly string[]): { stop(): Promise<void> } => {
  if (NO_LOAD) throw new Error(NO_LOAD)
  // a session of its own, as a real load would have
  const load = spawn('stress-ng', words, { stdio: 'ignore', detached: true })
  const kill = (): void => void load.kill('SIGTERM')
  const ended = new Promise<void>((resolve) => load.once('exit', () => resolve()))
  process.once('exit', kill) // nobody's Ctrl-C reaches it
  return {
    stop: () => {
      process.removeListener('exit', kill)
      kill()
      return ended
    },
  }
}
