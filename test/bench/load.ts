// Keeps every CPU, the disk and the network stack busy.
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { thisHost } from '../../src/setup/packages.mjs'

export const NO_LOAD = thisHost().has('stress-ng') ? undefined : 'not installed: stress-ng'

export const startLoad = (): { stop(): Promise<void> } => {
  if (NO_LOAD) throw new Error(NO_LOAD)
  // a session of its own, as a real load would have
  const load = spawn('stress-ng', ['--cpu', '0', '--hdd', '1', '--sock', '1', '--temp-path', tmpdir()], {
    stdio: 'ignore',
    detached: true,
  })
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
