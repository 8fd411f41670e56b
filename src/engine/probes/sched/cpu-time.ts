// How time on CPUs is divided: in user mode, in the kernel, and taken by interrupts and the hypervisor. The kernel's own
// accounts are by ticks, and up to one late: their proportions are taken, of the time that was measured. Pure.
import type { SchedProc } from '../../../stream/sched-types.ts'

/** What a thread's accounts grew by; or those of several. */
export interface CpuTime {
  userNs: number
  systemNs: number
  /** On CPUs without what was taken of that, where the kernel accounts for it. */
  ranNs: number
  /** How late that may be. */
  lateNs: number
}

/** At both ends of an interval: a tick each, of 250 Hz. */
const LATE_NS = 8e6
const STOLEN_SHARE = 0.01

export const noCpuTime = (): CpuTime => ({ userNs: 0, systemNs: 0, ranNs: 0, lateNs: 0 })

/** Another sum. */
export const addSum = (sum: CpuTime, other: CpuTime): void => {
  sum.userNs += other.userNs
  sum.systemNs += other.systemNs
  sum.ranNs += other.ranNs
  sum.lateNs += other.lateNs
}

/** One thread more. */
export const addCpuTime = (sum: CpuTime, { userNs, systemNs, ranNs }: Omit<CpuTime, 'lateNs'>): void => {
  sum.userNs += userNs
  sum.systemNs += systemNs
  sum.ranNs += ranNs
  sum.lateNs += LATE_NS
}

/** Notes it where anything is known; taken of it is what its accounts do not have, as far as they cannot be that late. */
export const divideCpu = (
  sent: Pick<SchedProc, 'onCpuNs' | 'userNs' | 'stolenNs'>,
  { userNs, systemNs, ranNs, lateNs }: CpuTime,
): void => {
  if (userNs + systemNs === 0) return
  const missingNs = sent.onCpuNs - ranNs
  const stolenNs = ranNs > 0 && missingNs > Math.max(lateNs, STOLEN_SHARE * sent.onCpuNs) ? missingNs : 0
  if (stolenNs > 0) sent.stolenNs = stolenNs
  sent.userNs = Math.round(((sent.onCpuNs - stolenNs) * userNs) / (userNs + systemNs))
}
