// The timer of each CPU, as an event that kernel programs can run at.
import { readFileSync } from 'node:fs'
import koffi from 'koffi'
import { BpfError } from './libbpf.ts'

const PERF_EVENT_OPEN = process.arch === 'arm64' ? 241 : 298
const SOFTWARE = 1
const CPU_CLOCK = 0
const ATTRIBUTES_BYTES = 64
const CLOSE_ON_EXEC = 8

/** Descriptors of events that happen `hz` times a second, one for each CPU that is online. Throws BpfError. */
export const openTimers = (hz: number): number[] => {
  const syscall = koffi
    .load(null)
    .func('long syscall(long number, void *attributes, int pid, int cpu, int group, unsigned long flags)')
  const attributes = Buffer.alloc(ATTRIBUTES_BYTES)
  attributes.writeUInt32LE(SOFTWARE, 0)
  attributes.writeUInt32LE(ATTRIBUTES_BYTES, 4)
  attributes.writeBigUInt64LE(BigInt(CPU_CLOCK), 8)
  attributes.writeBigUInt64LE(BigInt(Math.floor(1e9 / hz)), 16)
  return cpusIn(onlineCpus()).map((cpu) => {
    const fd = Number(syscall(PERF_EVENT_OPEN, attributes, -1, cpu, -1, CLOSE_ON_EXEC))
    if (fd < 0) throw new BpfError(`open a timer on CPU ${cpu}`, koffi.errno())
    return fd
  })
}

/** As a list. The events of a CPU that is taken offline are gone, also when it comes back. */
export const onlineCpus = (): string => readFileSync('/sys/devices/system/cpu/online', 'utf8')

/** A list such as 0-3,8. */
export const cpusIn = (list: string): number[] =>
  list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    })
