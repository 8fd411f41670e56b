// What softirqs and interrupts are called.
import { readFileSync } from 'node:fs'
import { orElse } from '../../proc/stat.ts'

/** In the kernel's order. */
const SOFTIRQS = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'BLOCK', 'IRQ_POLL', 'TASKLET', 'SCHED', 'HRTIMER', 'RCU']
const FIRST_VECTOR = 1 << 20
/** As /proc/interrupts abbreviates them: LOC, RES, CAL. */
const VECTORS = ['local timer', 'reschedule', 'call function', 'call function single']

/** By those abbreviations. */
export const VECTOR_NAMES: Readonly<Record<string, string>> = { LOC: VECTORS[0]!, RES: VECTORS[1]!, CAL: VECTORS[2]! }

export const softirqName = (vec: number): string => SOFTIRQS[vec] ?? `softirq ${vec}`

/** Devices' names by number; looked up again for a number that is not known, at most once a reading. */
export const irqNames = (proc = '/proc') => {
  let known = new Map<number, string>()
  return (numbers: readonly number[]): ((number: number) => string) => {
    if (numbers.some((number) => number < FIRST_VECTOR && !known.has(number))) {
      known = namesIn(orElse('', () => readFileSync(`${proc}/interrupts`, 'utf8')))
    }
    return (number) =>
      number >= FIRST_VECTOR
        ? (VECTORS[number - FIRST_VECTOR] ?? `vector ${number - FIRST_VECTOR}`)
        : `${number} ${known.get(number) ?? ''}`.trimEnd()
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
