// Events as the kernel's own tracer (tracefs) writes them down, on the clock that programs in the kernel read, too.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface TracedEvent {
  cpu: number
  tid: number
  atNs: number
  name: string
  /** What it says of itself, as `vec=3 [action=NET_RX]`. */
  text: string
}

interface Tracing {
  /** All so far, in order on each CPU; undefined when some were lost. */
  events(): TracedEvent[] | undefined
  remove(): void
}

const ROOTS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing']
const BUFFER_KB = 16 * 1024
const LINE = /^.*?-(\d+)\s+\[(\d+)\]\s+\S+\s+(\d+)\.(\d{6}): (\w+): (.*)$/

let made = 0

/** Begins to write down, `irq/softirq_entry`; a string is why that cannot be done here. */
export const tracing = (names: readonly string[]): Tracing | string => {
  const root = ROOTS.find((each) => existsSync(join(each, 'instances')))
  if (root === undefined) return 'no tracefs is mounted'
  const folder = join(root, 'instances', `probetop-test-${process.pid}-${++made}`)
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text)
  const remove = (): void => rmdirSync(folder)
  try {
    mkdirSync(folder)
  } catch {
    return 'nothing may be traced here'
  }
  try {
    write('trace_clock', 'mono')
    write('buffer_size_kb', String(BUFFER_KB))
    for (const name of names) write(`events/${name}/enable`, '1')
  } catch (error) {
    remove()
    return `not traced: ${(error as Error).message}`
  }
  return {
    events() {
      write('tracing_on', '0')
      const stats = readdirSync(join(folder, 'per_cpu')).map((cpu) =>
        readFileSync(join(folder, 'per_cpu', cpu, 'stats'), 'utf8'),
      )
      if (stats.some((each) => /^(overrun|dropped events): [1-9]/m.test(each))) return undefined
      return readFileSync(join(folder, 'trace'), 'utf8')
        .split('\n')
        .flatMap((line): TracedEvent[] => {
          const [, tid, cpu, seconds, micros, name, text] = LINE.exec(line) ?? []
          if (text === undefined) return []
          return [
            {
              cpu: Number(cpu),
              tid: Number(tid),
              atNs: Number(seconds) * 1e9 + Number(micros) * 1e3,
              name: name!,
              text,
            },
          ]
        })
    },
    remove,
  }
}
