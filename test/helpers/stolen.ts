// What the hypervisor gave to others while CPUs of ours had work, since boot, all CPUs together; in steps of 10 ms.
import { readHost } from '../../src/engine/proc/host.ts'

export const readStolenMs = (): number => readHost().stolenMs ?? 0
