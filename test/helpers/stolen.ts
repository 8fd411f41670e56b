// What the hypervisor gave to others while CPUs of ours had work, since boot, all CPUs together; in steps of 10 ms.
import { hostReader } from '../../src/engine/proc/host-facts.ts'

const read = hostReader()

export const readStolenMs = (): number => read().stolenMs ?? 0
