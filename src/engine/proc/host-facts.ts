// Facts about the machine for the header: load, uptime and stolen time from /proc, name and kernel once at the start.
import { arch, cpus, hostname, release } from 'node:os'
import type { Hello, HostFacts } from '../../stream/stream-types.ts'
import { keptText, TICK_MS } from '../../source/proc-stat.ts'

type Load = HostFacts['load']
export type HostNow = Pick<HostFacts, 'uptimeS' | 'load' | 'stolenMs' | 'cpus'>

/** Zeros when /proc is unreadable: a header without load is no reason to stop measuring. */
export const hostReader = (proc = '/proc'): (() => HostNow) => {
  const [uptime, load, stat] = [keptText(`${proc}/uptime`), keptText(`${proc}/loadavg`), keptText(`${proc}/stat`)]
  return () => ({ uptimeS: Number(uptime().split(' ')[0]) || 0, load: parseLoad(load().split(' ')), ...ofCpus(stat()) })
}

/** What the hypervisor gave to others while CPUs of ours had work, since boot, all CPUs together; in steps of 10 ms. */
const stolenMs = (words: readonly string[]): number => (Number(words[STEAL]) || 0) * TICK_MS

/** From one reading, as the kernel adds up the interrupts of all CPUs for each. CPUs that are online have a line each. */
const ofCpus = (stat: string): Pick<HostNow, 'stolenMs' | 'cpus'> => {
  const end = stat.search(/\n(?!cpu)/)
  const lines = stat.slice(0, end < 0 ? undefined : end).split('\n')
  const cpus = lines.length - 1
  return { stolenMs: stolenMs(lines[0]!.split(' ')), ...(cpus > 0 ? { cpus } : {}) }
}

export const machine = (): Pick<Hello, 'host' | 'kernel' | 'arch' | 'cpus'> => ({
  host: hostname(),
  kernel: release(),
  arch: arch(),
  cpus: cpus().length,
})

/** cpu, two blanks, user nice system idle iowait irq softirq steal. */
const STEAL = 9

const parseLoad = (words: readonly string[]): Load => {
  const [one, five, fifteen] = words.map(Number)
  return [one || 0, five || 0, fifteen || 0]
}
