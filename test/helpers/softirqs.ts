// Work for softirqs, and what the kernel says of their time and number.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../src/paths.ts'
import { TICK_MS } from '../../src/source/proc-stat.ts'
import { DIES_WITH_US } from './workload.ts'

const run = promisify(execFile)

/** As many senders as told, each packet looked at by so many sockets. Needs python3 and root. */
export const flood = async (
  seconds: number,
  { senders, listeners }: { senders: number; listeners: number },
): Promise<{ tickNs: number }> => {
  const [first, ...more] = DIES_WITH_US
  const words = [...more, 'python3', join(ROOT, 'test/helpers/flood.py'), String(seconds), String(listeners)]
  const [sent] = await Promise.all(Array.from({ length: senders }, () => run(first, words)))
  return { tickNs: Number(sent!.stdout.split(' ')[0]) }
}

/** All CPUs, since boot. `irqNs` is always 0 where the kernel only looks at its ticks what runs: none comes within an interrupt. */
export const interruptTimes = (): { irqNs: number; softirqNs: number } => {
  const [, , , , , , irq, softirq] = readFileSync('/proc/stat', 'utf8').split(/\s+/)
  return { irqNs: Number(irq) * TICK_MS * 1e6, softirqNs: Number(softirq) * TICK_MS * 1e6 }
}

/** Sums over CPUs by name, of /proc/softirqs or /proc/interrupts. */
export const countsIn = (path: string): Map<string, number> =>
  new Map(
    readFileSync(path, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line): [string, number][] => {
        const [name, ...words] = line.trim().split(/\s+/)
        const counts = words.filter((word) => /^\d+$/.test(word)).map(Number)
        return name ? [[name.slice(0, -1), counts.reduce((sum, count) => sum + count, 0)]] : []
      }),
  )
