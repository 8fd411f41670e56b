// What the kernel counts of memory itself: /proc/vmstat, /proc/meminfo and the pressure of memory.
import { textOf } from '../../source/proc-stat.ts'

interface Pressure {
  /** Since boot. */
  someNs: number
  /** Of a CPU only since 5.13. */
  fullNs?: number
}

/** Counters since boot, by name. Empty where it cannot be read. */
export const readVmstat = (proc = '/proc'): Map<string, number> => {
  const counters = new Map<string, number>()
  for (const line of textOf(`${proc}/vmstat`).split('\n')) {
    const [name, value] = line.split(' ')
    if (name && value !== undefined) counters.set(name, Number(value))
  }
  return counters
}

/** Bytes by name, as MemAvailable. */
export const readMeminfo = (proc = '/proc'): Map<string, number> =>
  new Map(
    [...textOf(`${proc}/meminfo`).matchAll(/^(\w+):\s+(\d+) kB$/gm)].map(([, name, kilobytes]) => [
      name!,
      Number(kilobytes) * 1024,
    ]),
  )

/** `path`: of the machine, or of a control group. undefined where the kernel does not keep it. */
export const readPressure = (path: string): Pressure | undefined => {
  const text = textOf(path)
  const total = (line: string): number | undefined => {
    const found = new RegExp(`^${line} .*total=(\\d+)`, 'm').exec(text)
    return found ? Number(found[1]) * 1000 : undefined
  }
  const someNs = total('some')
  const fullNs = total('full')
  return someNs === undefined ? undefined : { someNs, ...(fullNs === undefined ? {} : { fullNs }) }
}

/** Of a page, in bytes. */
export const pageSize = (proc = '/proc'): number =>
  Number(/KernelPageSize:\s+(\d+) kB/.exec(textOf(`${proc}/self/smaps`))?.[1] ?? 4) * 1024
