// What softirqs and interrupts are called.
import type { Types } from '../../native/btf-types.ts'
import { textOf } from '../../../source/proc-stat.ts'

/** In the kernel's order. */
const SOFTIRQS = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'IRQ_POLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU']
/** Interrupts that are no device's, as the kernel program calls them. */
const VECTORS = {
  'local timer': 'LOCAL_TIMER',
  reschedule: 'RESCHEDULE',
  'call function': 'CALL_FUNCTION',
  'call function single': 'CALL_FUNCTION_SINGLE',
} as const

/** As /proc/interrupts abbreviates them. */
export const VECTOR_NAMES: Readonly<Record<string, keyof typeof VECTORS>> = {
  LOC: 'local timer',
  RES: 'reschedule',
  CAL: 'call function',
}

/** By the numbers that the kernel program gives them. */
export const vectorNames = (types: Pick<Types, 'values'>): ReadonlyMap<number, string> =>
  new Map(Object.entries(types.values('vector', VECTORS)).map(([name, number]) => [number, name]))

export const softirqName = (vec: number): string => SOFTIRQS[vec] ?? `softirq ${vec}`

/** Devices' names by number; looked up again for a number that is not known, at most once a reading. */
export const irqNames = (vectors: ReadonlyMap<number, string>, proc = '/proc') => {
  let known = new Map<number, string>()
  return (numbers: readonly number[]): ((number: number) => string) => {
    if (numbers.some((number) => !vectors.has(number) && !known.has(number))) {
      known = namesIn(textOf(`${proc}/interrupts`))
    }
    return (number) => vectors.get(number) ?? `${number} ${known.get(number) ?? ''}`.trimEnd()
  }
}

/** ` 36:  0  251080 PCI-MSIX-0000:00:02.0  1-edge  virtio1-req.0`: a count for each CPU, then chip, line, names. */
export const namesIn = (interrupts: string): Map<number, string> => {
  const [head = '', ...lines] = interrupts.split('\n')
  const cpus = head.trim().split(/\s+/).length
  return new Map(
    lines.flatMap((line): [number, string][] => {
      const [number, ...words] = line.trim().split(/\s+/)
      if (!/^\d+:$/.test(number ?? '')) return []
      // names may have blanks, chip and line do not
      return [[Number.parseInt(number!, 10), words.slice(cpus + 2).join(' ')]]
    }),
  )
}
