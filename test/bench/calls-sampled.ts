// What a system call takes more with the probe in full, and with it sampled: over half a second and more, which is many windows.
import { startSyscalls } from '../helpers/syscalls.ts'
import { probeContext } from '../helpers/workload.ts'
import { perform } from '../truth/workload.ts'
import type { Figure } from './figures.ts'
import { byTurns } from './turns.ts'

export const FULL = 'calls in full'
export const SAMPLED = 'calls sampled'
export const CPU_CALL = 'CPU ns a call'

export const sampledFigures = (rounds: number, quick: boolean, say: (text: string) => void): Promise<Figure[]> => {
  const calls = quick ? 500_000 : 2_000_000
  const begin = (sampled: boolean) => () => {
    const probe = startSyscalls(probeContext)
    if (sampled) probe.thin!(true)
    return probe.close
  }
  return byTurns({
    part: 'sampled',
    name: CPU_CALL,
    rounds,
    rows: [
      { row: FULL, begin: begin(false) },
      { row: SAMPLED, begin: begin(true) },
    ],
    measure: async () => (await perform(0, 1, 'getsid', calls))[0]!.cpuNs / calls,
    say,
  })
}
